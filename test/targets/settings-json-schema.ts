import { z } from 'zod';
import { targetSchema } from '../../src/targets/schema.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of forkwright.yml, for editors: `docs/forkwright.schema.json` holds exactly this text. */
export function settingsJsonSchema(): string {
  const { $schema, ...target } = z.toJSONSchema(targetSchema, { io: 'input', unrepresentable: 'any' });
  const inherited = withoutRequired(target) as { readonly properties: JsonSchema };
  const extending = {
    ...inherited,
    properties: { extends: { type: 'string', description: 'A target to start from' }, ...inherited.properties },
    required: ['name', 'extends'],
  };
  const ref = (name: keyof typeof $defs) => ({ $ref: `#/$defs/${name}` });
  const $defs = { target, extending };
  const schema = {
    $schema,
    title: 'Forkwright: a fork’s own settings (forkwright.yml)',
    type: 'object',
    properties: {
      targets: {
        description: 'Targets: described here, or the name of one that is described elsewhere',
        type: 'array',
        items: { anyOf: [{ type: 'string' }, ref('target'), ref('extending')] },
      },
      gates: {
        description: 'What makes a run a no, as --fail-on has it: regression>2%, startup-memory>+1k, tests, drift',
        anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
      },
    },
    $defs,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** What a target that extends another must say: of maps, which are merged, nothing; lists are taken as a whole. */
function withoutRequired(schema: unknown): unknown {
  const {
    required: _,
    properties,
    additionalProperties,
    oneOf,
    anyOf,
    ...rest
  } = schema as Readonly<
    Record<string, unknown> & { properties?: JsonSchema; oneOf?: readonly unknown[]; anyOf?: readonly unknown[] }
  >;
  // Several kinds of `run` may fit where the word that tells them apart is inherited.
  const kinds = anyOf ?? oneOf;
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: eachOf(properties) }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: withoutRequired(additionalProperties) }
      : { additionalProperties }),
    ...(kinds === undefined ? {} : { anyOf: kinds.map(withoutRequired) }),
  };
}

const eachOf = (properties: JsonSchema) =>
  Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, withoutRequired(member)]));
