import { z } from 'zod';
import { BadVersionRange, parseVersionRange } from './version-range.ts';

const IDENTIFIER = /^[A-Za-z_]\w*$/;
const identifier = z.string().regex(IDENTIFIER, 'a C identifier is expected');
const named = (what: string) => identifier.describe(what);
const text = z.string().min(1, 'must not be empty');
/** Stands in one line of a patch's head. */
const word = text.regex(
  /^[^\0-\x1f\x7f-\x9f\u2028\u2029]*$/,
  'line breaks and other control characters cannot be in it',
);
const title = z
  .string()
  .min(1)
  .max(72, "at most 72 characters: it is the patch's subject")
  .regex(
    /^(?!\[|re:)(?:(?!=\?)[^\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029])*$/i,
    'git changes a subject that begins with "[" or "Re:", or has "=?" or control characters in it',
  );

export const versions = z
  .string()
  .superRefine((value, context) => {
    try {
      parseVersionRange(value);
    } catch (error) {
      if (!(error instanceof BadVersionRange)) throw error;
      context.addIssue({ code: 'custom', message: `${error.message} (at character ${error.offset + 1})` });
    }
  })
  .describe("Versions of CPython: '>=2.5 <3.11', '2.6 - 3.7', '2.7', alternatives with ||");

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const when = z
  .record(z.string(), z.union([scalar, z.array(scalar)]))
  .describe('Only with these values of parameters: {abi: drop-field}');
const globs = z.array(text).min(1).describe("Files of the tree, with globs: 'Include/**/code.h'");

/** How often an edit must match, over all its files. */
const times = z
  .union([z.int().min(1), z.string().regex(/^(\d+|\d+\.\.(\d+|n))$/, "a count such as 1, '0..1', '1..n' is expected")])
  .refine((count) => {
    const [low = '', high = low] = String(count).split('..');
    return Number(high) !== 0 && !(Number(low) > Number(high));
  }, "no count is like this: '0..1', '1..n' are")
  .describe("How often the edit must match: a number, '0..1', '0..n', '1..n'. Default: exactly once");

const common = {
  why: text.optional().describe('The reason, shown beside the hunk in review'),
  when: when.optional(),
  versions: versions.optional(),
  files: globs.optional(),
  times: times.optional(),
  'shape-of': text
    .optional()
    .describe(
      'Edits with the same word are shapes of one thing: at least one of them must match, and those that do as often as they say',
    ),
  lacks: identifier.optional().describe("Only where this identifier is in none of the recipe's C files"),
};
const given = z
  .record(identifier, z.boolean())
  .describe('Only what may be compiled when these macros are defined, or are not: {Py_DEBUG: false}');
/** Members of the edits that look for code in functions. */
const inCode = { in: named('Only in this function').optional(), given: given.optional(), ...common };
/** Members of the edits of `#if`s. */
const inUnit = { in: named('Only in this function, or table').optional(), ...common };

/** Members of the edits that look for text in files that are not C. */
const inParts = {
  in: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe('Only in this part of the file, see "Parts of files"; of a list each is inside of the one before'),
  ...common,
};
const line = text.describe(
  'One or more whole lines; indentation and the width of white space do not matter, … stands for any text in a line',
);
const pattern = text.describe('C with metavariables: $CO->co_zombieframe == NULL');

/** Not out of the tree, not into git's own folder; nothing that some system gives a meaning. */
const NEW_PATH = /^(?:(?!\.{1,2}\/|\.git\/)[\w.+-]*[\w+-]\/)*(?!\.git$)[\w.+-]*[\w+-]$/i;
const rowPattern = text.describe('A row, with metavariables; ... stands for anything: {"abs", ...}');
const ends = (what: string) => z.enum(['start', 'end']).describe(what);

/** What goes in beside something says beside what. */
const besideOne = <T extends z.ZodObject>(schema: T): T =>
  schema.refine(
    (e) => ['before', 'after', 'at'].filter((key) => e[key] !== undefined).length === 1,
    'say one of before, after and at',
  ) as T;

/** Targets that ask the net, or a container engine. */
const REACHING_OUT: ReadonlySet<string> = new Set(['regen-configure', 'regen-unicodedata', 'regen-sbom']);
const makeTarget = z
  .string()
  .regex(/^(?:regen-[a-z0-9-]+|clinic)$/, 'a target of make that generates files is expected: regen-opcode, clinic')
  .refine((target) => !REACHING_OUT.has(target), 'this target needs the net or containers: make it by hand');

/** The closed set of edits: kind → its members. */
export const editSchemas = {
  fold: z
    .strictObject({
      if: pattern,
      is: z.boolean().describe('Its value: which branch stays'),
      dead: z
        .union([pattern, z.array(pattern).min(1)])
        .optional()
        .describe('What the branch that goes must contain: one of these patterns. Others are not touched'),
      ...inCode,
    })
    .describe('A condition is known: the branch that cannot be reached goes, the other stays'),
  'drop-statement': z.strictObject({ match: pattern, ...inCode }).describe('Remove statements of this shape'),
  'drop-guarded-load': z
    .strictObject({ field: named('The member of a struct that is always NULL'), ...inCode })
    .describe('Remove f = x->FIELD; if (f != NULL) {… return …}: the field is always NULL'),
  'drop-field': z
    .strictObject({ struct: named('The struct, or its typedef'), field: named('The member'), ...common })
    .describe('Remove a member from a struct'),
  'drop-function': z
    .strictObject({ name: named('The function'), ...common })
    .describe('Remove a function and its prototypes: each of them counts as a match'),
  'add-field': besideOne(
    z
      .strictObject({
        struct: named('The struct, or its typedef'),
        declare: text.describe('The member, as C declares it; more than one may stand together'),
        before: named('A member of the struct').optional(),
        after: named('A member of the struct').optional(),
        at: ends('start: behind PyObject_HEAD; end: before the brace').optional(),
        initial: z
          .union([z.string(), z.number()])
          .optional()
          .describe(
            'What lists that give the members their values by position give the new one. Without it they are refused',
          ),
        ...common,
      })
      .describe(
        'Add a member to a struct. What else it needs, to be set and cleared, other edits say: insert, add-function',
      ),
  ),
  'add-function': besideOne(
    z
      .strictObject({
        text: text.describe('A whole function, or one declaration'),
        before: named('A function of the file').optional(),
        after: named('A function of the file').optional(),
        at: ends('start: after the last #include; end: of a header, inside of its include guard').optional(),
        ...common,
      })
      .describe('Add a function or a declaration, outside of every #if'),
  ),
  'add-row': besideOne(
    z
      .strictObject({
        table: named('The array'),
        text: text.describe('One row or more of its initialiser'),
        before: rowPattern.optional(),
        after: rowPattern.optional(),
        at: ends('end: before the row of zeros that ends the table, where it has one').optional(),
        ...common,
      })
      .describe("Add a row to a table: an array's initialiser"),
  ),
  'set-define': z
    .strictObject({
      name: named('The macro'),
      value: z.union([z.string(), z.number()]).describe('Its new value'),
      given: given.optional(),
      keep: z
        .array(z.union([z.string(), z.number()]))
        .min(1)
        .optional()
        .describe('Values that stay: with [0], what a fork has turned off is not turned on'),
      known: versions
        .optional()
        .describe('With times 0..: versions that are known to have it. Where one of them has not, a warning says so'),
      ...common,
    })
    .describe('Give a #define another value; the text of a parameter can be put in'),
  rewrite: z
    .strictObject({
      match: text.describe(
        'An expression, or statements in a row. $X is any expression, $...ARGS any number of arguments, a line of … any statements',
      ),
      with: z.string().describe('What takes its place. What … stands for stays as it is. Empty: the statements go'),
      ...inCode,
    })
    .describe('Rewrite an expression, or statements in a row, to another shape'),
  'replace-expression': z
    .strictObject({
      match: pattern,
      with: text.describe('The new expression. It gets parentheses where it would fall apart'),
      ...inCode,
    })
    .describe('Replace an expression; metavariables and parameters can be put in'),
  'edit-condition': z
    .strictObject({
      if: text.describe('A condition of #if, #ifdef or #elif, or a part of one, as C: defined(MS_WINDOWS)'),
      with: text.describe('What it becomes. It gets parentheses where it would fall apart; #ifdef stays where it can'),
      holds: identifier.optional().describe('Only where the code under the condition holds this word'),
      labels: z
        .record(text, text)
        .optional()
        .describe('Words of the comments behind its #else and #endif, and what they become: {HAVE_A: HAVE_B}'),
      ...inUnit,
    })
    .describe('Change the condition of an #if'),
  guard: z
    .strictObject({
      match: pattern.optional(),
      lines: text
        .describe('Instead of match, outside of functions: directives, such as an #include, as whole lines')
        .optional(),
      under: text.describe('The #if, #ifdef or #ifndef, as it is put there: "#ifdef HAVE_MEMFD_CREATE"'),
      else: text
        .optional()
        .describe('What stands there instead without the condition: it goes between #else and #endif'),
      label: word.optional().describe('What the comment behind #endif says. Default: there is none'),
      ...inCode,
    })
    .refine((e) => (e.match === undefined) !== (e.lines === undefined), 'say either match or lines')
    .refine((e) => e.match !== undefined || (e.in === undefined && e.given === undefined), 'in: and given: want match')
    .describe('Put statements of a function, or directives, under an #if'),
  'add-branch': z
    .strictObject({
      to: text.describe('The #if that gets it, by its directive: "#ifdef MS_WINDOWS"'),
      elif: text.optional().describe('The directive of the branch: "#elif defined(__MINGW32__)". Default: #else'),
      text: text.describe('The lines of the branch; they are indented as those of the branch before are'),
      holds: identifier.optional().describe('Only where the code between the #if and its #endif holds this word'),
      ...inUnit,
    })
    .describe('Add an #elif, behind those that are there, or an #else to an #if'),
  'edit-include': z
    .strictObject({
      header: word.describe('The header, as the #include has it'),
      with: word.regex(/^[^">]+$/, 'the name of a header is expected').describe('The header that comes in its place'),
      ...common,
    })
    .describe('Include another header'),
  insert: z
    .strictObject({
      text: text.describe('The lines; they are indented as the statement is'),
      before: pattern.optional(),
      after: pattern.optional(),
      given: given.optional(),
      ...common,
      in: named('The function'),
    })
    .refine((e) => (e.before === undefined) !== (e.after === undefined), 'say either before or after')
    .describe('Insert lines before or after a statement inside a function'),
  'edit-comment': z
    .strictObject({
      about: text.describe('Text that the comment contains; white space matches any white space'),
      from: text.describe('Where the part to replace starts'),
      to: text.optional().describe('Where it ends, included. Default: the end of `from`'),
      with: z.string().describe('What stands there instead'),
      ...common,
    })
    .describe('Replace a part of a comment'),
  'edit-text': z
    .strictObject({
      find: text.optional().describe('Lines or a part of one, as they stand in the file; either line end matches'),
      with: z
        .string()
        .describe('What stands there instead. Without find: instead of the whole part, indented as that is'),
      or: z
        .array(z.strictObject({ find: text, with: z.string() }))
        .optional()
        .describe('Other spellings, of other versions: all of them together match as often as declared'),
      ...inParts,
    })
    .refine(
      (e) => e.find !== undefined || (e.in !== undefined && e.or === undefined),
      'say find, or in for the whole part',
    )
    .describe('Replace exact text in a file that is not C, or a whole part of it'),
  'add-lines': z
    .strictObject({
      text: text.describe('The lines; they are indented as the line is that they come beside'),
      before: line.optional(),
      after: line.optional(),
      at: z
        .enum(['before', 'start', 'end', 'after'])
        .optional()
        .describe('At the start or end inside of the part, or directly before or after it. Without in: of the file'),
      ...inParts,
    })
    .refine(
      (e) => [e.before, e.after, e.at].filter((x) => x !== undefined).length === 1,
      'say one of before, after and at',
    )
    .refine(
      (e) => e.in !== undefined || !(e.at === 'before' || e.at === 'after'),
      'at: before and after want a part: in',
    )
    .describe('Add whole lines to a file that is not C, or to C outside of functions: directives, whole #ifs'),
  'drop-lines': z
    .strictObject({ find: line.optional(), ...inParts })
    .refine((e) => e.find !== undefined || e.in !== undefined, 'say find, or in for the whole part')
    .describe('Take whole lines out of a file that is not C, or a whole part; of C only directives and comments'),
  'struct-format': z
    .strictObject({
      struct: named('The struct that drop-field and add-field of the recipe change'),
      names: z.array(identifier).min(1).describe('Identifiers, one of which stands on the line: [func_code, __code__]'),
      ...common,
    })
    .describe(
      "In a test of an object's size: the format on the line that names the object, size('5i9Pi3P'), has one P less for each pointer that the recipe drops from the struct, and one more for each that it adds",
    ),
  rename: z
    .strictObject({
      from: named('A function, a macro, a variable; with struct: a member'),
      to: named('Its new name, which nothing may have yet'),
      struct: named('The struct, or its typedef').optional(),
      comments: z.boolean().optional().describe('In comments as well'),
      ...common,
    })
    .refine((e) => e.from !== e.to, 'the two names are the same')
    .describe(
      'Give something another name, in all files of the recipe. Where another struct has a member of the name, the function must declare whose each one is. It may match any number of times unless times: says otherwise',
    ),
  'add-file': z
    .strictObject({
      path: z
        .string()
        .regex(NEW_PATH, "a path inside of the tree, with '/', of letters, digits, and any of . _ + - is expected")
        .describe('The file, which must be among the files of the recipe'),
      text: text.describe('All that stands in it'),
      ...common,
    })
    .describe('Add a file; refused where another of this name is there'),
  'build-option': z
    .strictObject({ configure: word.describe('The option, as configure has it'), ...common })
    .describe('Ask for a configure option instead of a patch'),
  regenerate: z
    .strictObject({
      make: z.union([makeTarget, z.array(makeTarget).min(1)]).describe('Targets of make, which run in this order'),
      ...common,
    })
    .describe(
      "Let CPython's own generators make what follows from the other edits, as a part of the patch, whatever files they change: only with --regenerate, which runs them",
    ),
} as const;

export type EditKind = keyof typeof editSchemas;
export const editKinds = Object.keys(editSchemas) as EditKind[];

const paramBase = { why: text.optional() };
export const paramSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('enum'), values: z.array(word).min(1), default: word, ...paramBase }),
  z.strictObject({
    type: z.literal('int'),
    default: z
      .union([
        z.int(),
        z
          .string()
          .regex(
            /^\$\{[a-z][a-z0-9-]*\}$/,
            'a whole number, or the name of another parameter in braces after a dollar sign, is expected',
          ),
      ])
      .describe('A whole number, or another parameter (as in all texts): as that one, unless given'),
    min: z.int().optional(),
    also: z
      .array(z.int())
      .min(1)
      .optional()
      .describe('Values that are allowed although they are not between min and max'),
    max: z.int().optional(),
    ...paramBase,
  }),
  z.strictObject({ type: z.literal('bool'), default: z.boolean(), ...paramBase }),
]);

const goneSchema = z.union([
  text,
  z.strictObject({ text, files: globs.optional(), when: when.optional(), why: text.optional() }),
]);

const cpythonTest = z
  .strictObject({
    test: z.string().regex(/^test_\w+(\.\w+)*$/, 'a test such as test_gc or test_gc.GCTests.test_get_count'),
    versions: versions.optional(),
    when: when.optional(),
    fails: text.optional().describe('It fails with the change, and why that is right'),
    edited: text.optional().describe('An edit goes with it, and why'),
  })
  .refine((t) => (t.fails === undefined) !== (t.edited === undefined), 'say either fails or edited, with the reason');

const expectSchema = z.strictObject({
  gone: z.array(goneSchema).optional().describe('Text that must not be left, in code or comments, in any #if branch'),
  'cpython-tests': z.array(cpythonTest).optional(),
  faster: z.array(text).optional().describe('Tests of pybench'),
  slower: z.array(text).optional().describe('Tests of pybench'),
  memory: z
    .strictObject({
      startup: z.enum(['less', 'more', 'same']).optional(),
      claim: text.optional().describe('What was published about it, and where it was seen: reports name it'),
    })
    .optional(),
});

/** What a probe measured in built interpreters: `test/e2e/recipes-effect.test.ts` checks that it still does. */
const measuredSchema = z.strictObject({
  what: text.describe('What was measured: size of an arena'),
  unit: text.optional().describe('Of all its values: KiB'),
  within: z
    .number()
    .min(0)
    .optional()
    .describe('How far another measurement may be away, in the unit. Default: not at all'),
  values: z
    .record(
      z.string().regex(/^\d+\.\d+\.\d+$/, 'a release such as 3.13.5 is expected'),
      z.strictObject({ baseline: z.number(), patched: z.number() }),
    )
    .describe('Release of CPython → what it was there without and with the recipe'),
});

const editUnion = z.union(
  editKinds.map((kind) => z.strictObject({ [kind]: editSchemas[kind] })) as unknown as [z.ZodType, z.ZodType],
);

const id = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "lower-case words joined by '-' are expected");

const head = {
  id,
  title,
  why: text,
  version: z.int().min(1).default(1).describe('Raised when what the recipe yields changes'),
  cpython: versions,
  outside: text.optional().describe('Why versions outside of the range do not need it: shown as the reason'),
  probe: z
    .strictObject({ identifier })
    .optional()
    .describe('An identifier without which the recipe is not applicable to a tree'),
  pure: z
    .array(identifier)
    .min(1)
    .optional()
    .describe('Functions of which a call has a value and no effect: it may go with the condition that it stands in'),
  macros: z
    .record(
      identifier,
      z.enum([
        ...['nothing', 'type', 'type-arguments', 'string', 'values', 'statement', 'declaration'],
        ...['if', 'loop', 'block-start', 'block-end'],
      ] as const),
    )
    .optional()
    .describe('Macros that are not C by themselves, and what they stand for: {MY_EXPORT: nothing, FOR_EACH: loop}'),
  params: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), paramSchema).optional(),
  files: globs,
  after: z.array(id).optional().describe('Recipes that come first when both are asked for'),
  needs: z.array(id).optional().describe('Recipes that must be in the series before this one'),
  conflicts: z.array(id).optional().describe('Recipes that cannot be in one series with this one'),
  expect: expectSchema.optional(),
  measured: z
    .array(measuredSchema)
    .optional()
    .describe('What the recipe did to built interpreters, with its default parameters'),
};

/** As the loader checks it: edits are then checked one by one, for messages that name the kind. */
export const headSchema = z.strictObject({ ...head, edits: z.array(z.record(z.string(), z.unknown())).min(1) });

/** The whole language, as editors are told. */
export const recipeSchema = z.strictObject({ ...head, edits: z.array(editUnion).min(1) });

export type Edit = { [K in EditKind]: { readonly kind: K } & Readonly<z.infer<(typeof editSchemas)[K]>> }[EditKind];
export type ParamDeclaration = z.infer<typeof paramSchema>;
export type When = z.infer<typeof when>;
export type Recipe = Readonly<Omit<z.infer<typeof headSchema>, 'edits'>> & { readonly edits: readonly Edit[] };
