import { expect, test } from 'vitest';
import type { z } from 'zod';
import type { BaseId, Flavour } from '../../src/checkout/types.ts';
import type { EditAccount, Expectations, ParamValue, RecipeIdentity, Verdict } from '../../src/patch/types.ts';
import { type diagnosticSchema, type RunPatch, type RunRecord, runRecordSchema } from '../../src/run/types.ts';
import type { Diagnostic } from '../../src/system/diagnostic.ts';
import { instructions, sizes } from '../report/counted.ts';
import { everythingFine, hostileStrings, record, stopped, target } from '../report/records.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

test('what other rooms own is repeated to the letter', () => {
  // Does not compile when a type gets a member that the schema lacks: it would be dropped on reading.
  const diagnostic: Same<z.infer<typeof diagnosticSchema>, Diagnostic> = true;
  const recipe: Same<RunPatch['recipe'], RecipeIdentity> = true;
  const expect_: Same<NonNullable<RunPatch['expect']>, Expectations> = true;
  const account: Same<RunPatch['account'][number], EditAccount> = true;
  const verdict: Same<RunPatch['verdict'], Verdict> = true;
  const params: Same<RunPatch['params'], Readonly<Record<string, ParamValue>>> = true;
  const base: Same<RunRecord['checkout']['base'], BaseId> = true;
  const flavour: Same<RunRecord['checkout']['flavour'], Flavour> = true;
  expect([diagnostic, recipe, expect_, account, verdict, params, base, flavour]).not.toContain(false);
});

const counted = record({ targets: [target({ instructions: instructions(), size: sizes() })] });

test.each([everythingFine(), hostileStrings(), stopped(), counted])(
  'a record survives the round trip: $id',
  (record) => {
    const json = JSON.parse(JSON.stringify(record));
    expect(runRecordSchema.parse(json)).toEqual(json);
  },
);

test('a damaged record is refused with the names of its fields', () => {
  const json = JSON.parse(JSON.stringify(everythingFine()));
  json.targets[0].speed.tests[0].verdict = 'great';
  delete json.checkout.base.treeHash;
  const paths = runRecordSchema.safeParse(json).error?.issues.map((issue) => issue.path.join('.'));
  expect(paths).toEqual(['checkout.base.treeHash', 'targets.0.speed.tests.0.verdict']);
});
