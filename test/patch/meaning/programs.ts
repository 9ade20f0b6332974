import fc from 'fast-check';

/** One edit, and what it means: helpers that make the program do before the edit what it must do after it. */
interface Meaning {
  readonly edit: string;
  /** Code in which the edit finds something; `X` is an expression, `V` a variable, `P` a pointer, `B` any statements. */
  readonly uses: readonly string[];
  readonly is: 'expression' | 'statement' | 'condition';
  /** C that both programs have; AFTER is defined in the edited one. */
  readonly helpers: string;
}

const replace = (match: string, by: string) => `replace-expression: {match: '${match}', with: '${by}', times: 0..n}`;
/** A block scalar in a map of one line is not YAML: line breaks are escapes. */
const rewrite = (match: string, by: string) =>
  `rewrite: {match: ${JSON.stringify(match)}, with: ${JSON.stringify(by)}, times: 0..n}`;
const inline = (name: string, parameters: readonly string[], by: string, helper: string): Meaning => ({
  edit: replace(`${name}(${parameters.map((p) => `$${p}`).join(', ')})`, by),
  uses: [`${name}(${parameters.map((p) => (p === 'P' ? 'P' : p === 'V' ? 'V' : 'X')).join(', ')})`],
  is: 'expression',
  helpers: helper,
});

const MEANINGS: readonly Meaning[] = [
  inline('grown', ['A'], '$A + 1', 'static long grown(long a) { return a + 1; }'),
  inline('flag', ['A'], '$A ? 1 : 0', 'static long flag(long a) { return a ? 1 : 0; }'),
  inline('minus', ['A', 'B'], '$A - $B', 'static long minus(long a, long b) { return a - b; }'),
  inline('square', ['A'], '$A * $A', 'static long square(long a) { return a * a; }'),
  inline('negated', ['A'], '-$A', 'static long negated(long a) { return -a; }'),
  inline('both', ['A', 'B'], '$A && $B', 'static long both(long a, long b) { return a && b; }'),
  inline('second', ['A', 'B'], '$B', 'static long second(long a, long b) { return b; }'),
  inline('listed', ['A', 'B'], '$A, $B', 'static long listed(long a, long b) { return b; }'),
  inline('chosen', ['A', 'B', 'C'], '$A ? $B : $C', 'static long chosen(long a, long b, long c) { return a ? b : c; }'),
  inline('nth', ['A'], 't[$A & 3]', 'static long nth(long a) { return t[a & 3]; }'),
  inline('member', ['P'], '$P->n', 'static long member(struct S *p) { return p->n; }'),
  {
    edit: replace('bumped($V)', '$V += 1'),
    uses: [
      'put(bumped(V) * 2);',
      'put(2 - bumped(V));',
      'if (bumped(V)) put(1);',
      'put((0, bumped(V)));',
      'i = bumped(V) ? 1 : 2;',
    ],
    is: 'statement',
    helpers: '#define bumped(v) ((v) += 1)',
  },
  inline('wide', ['A'], '(size)$A', 'static long wide(long a) { return a; }'),
  inline('masked', ['A', 'B'], '($A) & $B', 'static long masked(long a, long b) { return a & b; }'),
  inline(
    'counted',
    ['A'],
    'tallied(untallied($A))',
    'static long counted(long a) { return a + 3; }\nstatic long untallied(long a) { return a + 1; }\nstatic long tallied(long a) { return a + 2; }',
  ),
  {
    edit: replace('(size)($A)', 'sized($A)'),
    uses: ['(size)(X)'],
    is: 'expression',
    helpers: '#define sized(a) ((size)(a))',
  },
  {
    edit: replace('note($A);', 'if ($A) hit();'),
    uses: ['note(X);'],
    is: 'statement',
    helpers: 'static void hit(void) { put(3); }\nstatic void note(long a) { if (a) hit(); }',
  },
  {
    edit: rewrite('many($...ARGS)', 'all(9, $...ARGS)'),
    uses: ['many()', 'many(X)', 'many(X, X)', 'many(X, (X), X)'],
    is: 'expression',
    helpers:
      'static long total(long n, long *v) { long s = 0; while (n-- > 0) s = s * 3 + v[n]; return s; }\n#define many(...) total(sizeof((long[]){0 __VA_OPT__(,) __VA_ARGS__}) / sizeof(long), (long[]){0 __VA_OPT__(,) __VA_ARGS__})\n#define all(n, ...) many(__VA_ARGS__)',
  },
  {
    edit: rewrite('nest($A, $...REST)', 'outer($...REST, inner($A))'),
    uses: ['nest(X, X)', 'nest(X, X | 1)'],
    is: 'expression',
    helpers:
      'static long inner(long a) { return a * 5; }\nstatic long outer(long a, long b) { return a - b; }\nstatic long nest(long a, long b) { return b - a * 5; }',
  },
  {
    edit: rewrite('first($A);\nthen($B);', 'if ($A) {\n    hit2();\n}\nput($B + 1);'),
    uses: ['first(X);\nthen(X);', 'first(X);\nfirst(X);\nthen(X);', 'first(X); /* why */\nthen(X); // how'],
    is: 'statement',
    helpers:
      'static void hit2(void) { put(13); }\nstatic void first(long a) { if (a) hit2(); }\nstatic void then(long a) { put(a + 1); }',
  },
  {
    edit: rewrite('begin($A);\n…\nend($A);', 'push($A);\n…\npop();'),
    uses: [
      'begin(1);\nBend(1);',
      'begin(2);\n/* in */\nB  /* out */\nend(2);',
      'begin(a);\nBend(a);',
      'begin(i);\nput(i);\nend(i);',
      'begin(a);\nif (X)\n goto out1;\nBout1:\nend(a);',
      'begin(a);\nif (X)\n goto in1;\nB in1:\nput(2);\nend(a);',
      'begin(a);\nagain1:\nput(2);\nend(a);\nif (i++ < 2)\n goto again1;',
      'for (int k = 0; k < 2; k++) {\nbegin(k);\nif (X)\n break;\nBend(k);\n}',
      'begin(a);\nbegin(b);\nBend(b);\nBend(a);',
    ],
    is: 'statement',
    helpers:
      'static long stack[64], top;\nstatic void begin(long a) { put(a); }\nstatic void end(long a) { put(a * 3); }\nstatic void push(long a) { stack[top++ & 63] = a; put(a); }\nstatic void pop(void) { put(stack[--top & 63] * 3); }',
  },
  {
    edit: rewrite('open1($A);\n…\nclose1();', 'if (open2($A)) {\n    …\n}\nclose2();'),
    uses: [
      'open1(X);\nBclose1();',
      'open1(X);\nlong w = X;\nput(w);\nclose1();\nput(w);',
      'open1(X);\nput(2);\nclose1();',
    ],
    is: 'statement',
    helpers:
      'static void open1(long a) { put(a); }\nstatic long open2(long a) { put(a); return 1; }\nstatic void close1(void) { put(17); }\nstatic void close2(void) { put(17); }',
  },
  {
    edit: rewrite('do {\n    …\n} while (never());', 'if (always()) {\n    …\n}'),
    uses: [
      'do {\nB} while (never());',
      'do {\nB if (X)\n break;\nB} while (never());',
      'for (int k = 0; k < 2; k++) {\nput(X);\ndo {\nB if (X) {\nB continue;\n}\nB} while (never());\nput(2);\n}',
    ],
    is: 'statement',
    helpers: 'static long never(void) { return 0; }\nstatic long always(void) { return 1; }',
  },
  {
    edit: rewrite('if (asked($A)) {\n    …\n}\nelse {\n    …\n}', 'if (answered($A)) {\n    …\n}\nelse {\n    …\n}'),
    uses: ['if (asked(X)) {\nB}\nelse {\nB}', 'if (asked(X)) {\nB} else {\nB}'],
    is: 'statement',
    helpers: 'static long asked(long a) { return a & 1; }\nstatic long answered(long a) { return a & 1; }',
  },
  {
    edit: rewrite('gone1();\n…\ngone2();', '…'),
    uses: ['gone1();\nBgone2();', 'gone1();\nput(3); /* 3 */\ngone2();'],
    is: 'statement',
    helpers: '#define gone1() ((void)0)\n#define gone2() ((void)0)',
  },
  {
    edit: "drop-statement: {match: 'dropped($A);', times: 0..n}",
    uses: ['dropped(X);'],
    is: 'statement',
    helpers: '#define dropped(a) ((void)0)',
  },
  {
    edit: "insert: {in: f, before: 'marked($A);', text: 'seen($A * 2);', times: 0..n}",
    uses: ['marked(X);'],
    is: 'statement',
    helpers:
      'static void seen(long a) { put(a); }\n#ifdef AFTER\nstatic void marked(long a) { put(a + 7); }\n#else\nstatic void marked(long a) { seen(a * 2); put(a + 7); }\n#endif',
  },
  {
    edit: "fold: {if: '$P->spare != NULL', is: false, times: 0..n}",
    uses: ['P->spare != NULL', 'p->spare', '!p->spare', 'NULL == p->spare'],
    is: 'condition',
    helpers: '',
  },
  {
    edit: "fold: {if: '$P->full != NULL', is: true, times: 0..n}",
    uses: ['P->full != NULL', 'p->full', '!p->full', 'NULL == p->full'],
    is: 'condition',
    helpers: '',
  },
];

/** Macros of another file. */
export const HEADER = '#define TWICE(x) ((x) + (x))\n#define open(x) x * 2\n';

/** What comes before every case: `put` makes the order of effects a part of the output. */
export const PRELUDE = `#include <stdio.h>
typedef long size;
struct S { long n; void *spare; void *full; };
static long t[4] = {5, 7, 11, 13};
static struct S one = {4, NULL, t}, two = {6, NULL, t};
static struct S *p = &one;
static long trace, count;
static void put(long x) { trace = trace * 31 + x; }
static long next(void) { put(1); return ++count & 7; }
${HEADER}${MEANINGS.map((m) => m.helpers).join('\n')}
`;

type Text = fc.Arbitrary<string>;
const one = (...texts: readonly string[]): Text => fc.constantFrom(...texts);
/** `X`, `V`, `P`, `B` in a text become what they stand for. */
const filled = (use: string, x: Text, b: Text = fc.constant('')): Text => {
  const parts = use.split(/\b([XVP])\b|(B)(?=[a-z} ])/).filter((part) => part !== undefined);
  const values = parts.map(
    (part): Text =>
      part === 'X'
        ? x
        : part === 'V'
          ? one('a', 'b', 'i')
          : part === 'P'
            ? one('p', '(p)', '(&two)', '(a ? p : &two)')
            : part === 'B'
              ? b
              : fc.constant(part),
  );
  // `2--1` is no C.
  return fc.tuple(...values).map((texts) => texts.join('').replace(/--(?=\s*[\w(])/g, '- -'));
};

/** Expressions without any care for parentheses: the program is what C says that it is. */
function expressions(meanings: readonly Meaning[], depth: number): Text {
  const atom = one('a', 'b', 'i', '1', '2', '0', '-1', 'p->n', 't[1]', '(a)', 'N', 'M');
  if (depth === 0) return atom;
  const x = expressions(meanings, depth - 1);
  // Of two edits one in what the other changes is refused.
  const bare = meanings.length === 0 ? x : expressions([], depth - 1);
  const mine = meanings
    .filter((m) => m.is === 'expression')
    .flatMap((m) =>
      m.uses.map((use) => filled(use, fc.oneof({ weight: 4, arbitrary: bare }, { weight: 1, arbitrary: x }))),
    );
  const plain = [
    ...['+', '-', '*', '&', '|', '^', '&&', '||', '==', '!=', '<', '>='].map((o) => filled(`X ${o} X`, x)),
    ...[
      'X-X',
      'X -X',
      'X / 3',
      'X % 5',
      'X << 1',
      'X >> 1',
      '- X',
      '~X',
      '!X',
      '(X)',
      '(size)X',
      '(long)X',
      '(X)*X',
    ].map((u) => filled(u, x)),
    ...['X ? X : X', '(X, X)', 'TWICE(X)', 'open(X)', 't[(X) & 3]', '(a) - X', '(size)(X)'].map((u) => filled(u, x)),
  ];
  const others = [
    { weight: 2, arbitrary: atom },
    { weight: 4, arbitrary: fc.oneof(...plain) },
  ];
  return fc.oneof(...others, ...(mine.length > 0 ? [{ weight: 5, arbitrary: fc.oneof(...mine) }] : []));
}

/** Before statements of which only one can be where C wants one. */
const SEVERAL = '¬';
const asOne = (text: string) => (text.startsWith(SEVERAL) ? `{\n${text}}\n` : text);

function statements(meanings: readonly Meaning[], depth: number): Text {
  // Two effects in one expression come in no order.
  const x = fc
    .tuple(expressions(meanings, 2), fc.integer({ min: 0, max: 5 }))
    .map(([text, n]) => (n === 0 ? text.replace(/\bb\b/, 'next()') : text));
  const bare = expressions([], 2);
  const inner: Text =
    depth === 0 ? fc.constant('') : fc.array(statements(meanings, 0), { maxLength: 2 }).map((list) => list.join(''));
  const some: Text = depth < 2 ? inner : fc.oneof(inner, statements(meanings, 1));
  const mine = meanings
    .filter((m) => m.is === 'statement')
    .flatMap((m) =>
      m.uses.map((use) => filled(/^[a-z0-9]+\(.*\);.*\n/.test(use) ? `${SEVERAL}${use}` : use, bare, some)),
    );
  const conditions = meanings
    .filter((m) => m.is === 'condition')
    .flatMap((m) => m.uses.map((use) => filled(use, bare)));
  const known = conditions.length > 0 ? fc.oneof(...conditions) : x;
  const condition = fc.oneof(
    { weight: 3, arbitrary: known },
    {
      weight: 2,
      arbitrary: fc.oneof(
        x,
        fc.tuple(known, x).map(([c, y]) => `(${c}) && ${y}`),
        fc.tuple(known, x).map(([c, y]) => `(${y}) || ${c}`),
      ),
    },
  );
  const simple = fc.oneof(
    { weight: 3, arbitrary: fc.oneof(filled('put(X);', x), filled('i = X;', x), filled('V += X;', x)) },
    { weight: 1, arbitrary: filled('return X;', x) },
    ...(mine.length > 0 ? [{ weight: 4, arbitrary: fc.oneof(...mine) }] : []),
  );
  if (depth === 0) return simple.map((s) => `${s}\n`);
  const s = statements(meanings, depth - 1);
  const many = fc.array(s, { minLength: 0, maxLength: 3 }).map((list) => list.join(''));
  const shape = (text: string): Text => {
    const parts = text.split(/\b([CSBX])\b/);
    const values = parts.map(
      (part): Text =>
        part === 'C'
          ? condition
          : part === 'S'
            ? s.map(asOne)
            : part === 'B'
              ? many
              : part === 'X'
                ? x
                : fc.constant(part),
    );
    return fc.tuple(...values).map((texts) => texts.join(''));
  };
  const shapes = [
    'if (C)\n S',
    'if (C) {\nB}\n',
    'if (C)\n S else\n S',
    'if (C) {\nB}\nelse {\nB}\n',
    'if (C) {\nB}\nelse if (C) {\nB}\nelse {\nB}\n',
    '{\nB}\n',
    'for (int k = 0; k < 2; k++)\n S',
    'for (int k = 0; k < 2; k++) {\nB if (C)\n break;\nB}\n',
    'for (int k = 0; k < 2; k++) {\nB if (C) {\nB continue;\n}\nS}\n',
    'do {\nB} while (0);\n',
    'switch (X) {\ncase 0:\nB break;\ncase 1:\nB default:\n S}\n',
    '#ifdef A\nB#endif\n',
    '#ifdef A\nB#else\nB#endif\n',
    '#if defined(A) && !defined(B_)\nB#elif defined(B_)\nB#endif\n',
    'if (C)\n S#ifdef A\nelse\n S#endif\n',
    'if (C) {\nB}\n#ifdef A\nelse if (C) {\nB}\n#endif\nelse {\nB}\n',
    'if (C)\n S#ifndef B_\nelse if (C)\n S#endif\n#ifdef A\nelse\n S#endif\n',
    '#ifdef A\nif (C)\n#endif\n S',
    'if (C)\n S#ifdef A\nelse\n#endif\n S',
    '#ifdef A\nif (C) {\n#else\nif (C) {\n#endif\nB}\n',
    '#ifdef A\nif (C)\n S else\n#endif\n S',
    '#ifdef A\n{\n#endif\nB#ifdef A\n}\n#endif\n',
    'i =\n#ifdef A\n X\n#else\n X\n#endif\n;\n',
    'if (C\n#ifdef A\n && C\n#endif\n)\n S',
  ];
  return fc.oneof(
    { weight: 2, arbitrary: simple.map((text) => `${text}\n`) },
    { weight: 3, arbitrary: fc.oneof(...shapes.map(shape)) },
  );
}

/** A recipe's edits and a program in which they may find something. */
export interface Case {
  readonly edits: readonly string[];
  /** Defines `long f(long a, long b)`, N and M. */
  readonly source: string;
  /** Of the source, what no edit may touch. */
  readonly untouched: string;
  /** The same before the edits, when a helper cannot say what they mean. */
  readonly meant: string;
}

const value = one('1', '2 + 1', '1 | 2', 'i ? 1 : 2', '-1', '(1)', '(1) + (2)', 'a', 'b - 1');

/** A struct that loses a member, with its values. */
const lists = one(
  '{1, 2, 3, 4}',
  '{1}',
  '{1, 2}',
  '{0}',
  '{.one = 1, .three = 3}',
  '{.two = 2, .four = 4}',
  '{.four = 4}',
  '{.three = 3, 4}',
  '{1, .four = 4}',
  '{.one = 1, 2}',
  '{1, 2, .four = 4}',
);

/** What the program has beside its statements; each edit of the whole program finds something there. */
interface Frame {
  /** N's value, and that of the program as it is meant. */
  readonly from: string;
  readonly to: string;
  /** A member that only some settings have. */
  readonly under: string;
  readonly list: string;
  readonly field: string;
  readonly array: boolean;
  readonly rows: readonly string[];
  readonly sentinel: string;
  readonly filler: string;
}

const MEMBERS = ['one', 'two', 'three', 'four'];
const ADDED = 'static long\nadded(long x)\n{\n    return x + 1;\n}';

const indented = (lines: readonly string[]) =>
  lines
    .join('')
    .replaceAll(SEVERAL, '')
    .replace(/^(?!#)(?=.)/gm, '    ');

/** A program; `row` is done for a row of its table, `before` or `after` all of them, or beside the one called a. */
function program(
  frame: Frame,
  n: string,
  body: readonly string[],
  other: string,
  without: string,
  row?: string,
): string {
  const { under, list, array, rows, sentinel, filler } = frame;
  const variable = array ? `four[2] = {${list}, ${list}}` : `four[2] = {[1] = ${list}}`;
  const members = MEMBERS.map((m) => `    long ${m};\n${m === under ? '#ifdef A\n    long under;\n#endif\n' : ''}`);
  const puts = MEMBERS.filter((m) => m !== without).map((m) => `    put(four[1].${m});\n`);
  const at = (where: string) => (row === where ? '    put(7);\n' : '');
  const beside = (where: string) => (row === where ? "if (rows[k].name[0] == 'a') put(7); " : '');
  return [
    `#include <stddef.h>\n#define N ${n}\n#define M 3\n#define MORE_METHODDEF {"m", 8},\n\n`,
    `typedef struct {\n${members.join('')}} Four;\n\n`,
    `static const struct { const char *name; long value; } rows[] = {\n${[...rows, sentinel].join('\n')}\n};\n\n`,
    `${other}${filler}long\nf(long a, long b)\n{\n    long i = 0;\n    Four ${variable};\n`,
    indented(body),
    `${puts.join('')}${at('at: start')}`,
    `    for (int k = 0; k < (int)(sizeof rows / sizeof *rows) && rows[k].name; k++) { ${beside('before')}put(rows[k].value); ${beside('after')}}\n`,
    `${at('at: end')}    return i + a + h(b, a);\n}\n#undef N\n#undef M\n#undef MORE_METHODDEF\n`,
  ].join('');
}

/** An edit of the whole program, and what it means. */
type Whole = (
  frame: Frame,
  where: string,
  name: string,
) => { readonly edits: readonly string[]; readonly row?: string; readonly define?: true; readonly drops?: true };

const WHOLES: readonly Whole[] = [
  () => ({ edits: [] }),
  ({ to }) => ({ edits: [`set-define: {name: N, value: '${to}'}`], define: true }),
  ({ field }) => ({ edits: [`drop-field: {struct: Four, field: ${field}}`], drops: true }),
  ({ field }, where) => ({
    edits: [`add-field: {struct: Four, declare: 'long extra; /* more */', initial: 9, ${where.replace('X', field)}}`],
  }),
  ({ field }, where) => ({
    edits: [`add-field: {struct: Four, declare: 'long extra;', ${where.replace('X', field)}}`],
  }),
  (_, where) => ({
    edits: [`add-row: {table: rows, text: '{"new", 7}', ${where.replace('X', `'{"a", $V}'`)}}`],
    row: where.replace(/: X/, ''),
  }),
  (_, where, name) => ({
    edits: [
      `add-function: {text: ${JSON.stringify(ADDED)}, ${where
        .replace('X', name === 'a' ? 'g' : 'f')
        .replace('after: f', 'before: f')
        .replace('at: end', 'at: start')}}`,
      'insert: {in: f, after: long i = 0;, text: i = added(i) - 1;}',
    ],
  }),
  (_, __, name) => ({ edits: [`rename: {from: ${name}, to: renamed}`] }),
  ({ field }) => ({ edits: [`rename: {struct: Four, from: ${field}, to: renamed}`] }),
];

const FILLERS = [
  '',
  'static long\ng(void)\n{\n    return 1;\n}\n\n',
  '/* What it does. */\nstatic long\ng(void)\n{\n    return 1;\n}\n',
  '#ifdef A\nstatic long\ng(void)\n{\n    return 1;\n}\n#endif\n',
  '#ifdef A\nstatic long\ng(void)\n#else\nstatic int\ng(void)\n#endif\n{\n    return 1;\n}\n',
  '#ifdef A\nstatic long g(void) { return 1; }\n#else\nstatic long g(void) { return 2; }\n#endif\n',
];
const ROWS = [
  '{"a", 1},',
  '{"b", 2}, /* b */',
  '/* c */\n{"c", 3},',
  '#ifdef A\n{"d", 4},\n#endif',
  'MORE_METHODDEF',
  '{"a", 5},',
];

export const cases: fc.Arbitrary<Case> = fc
  .record({
    meanings: fc.subarray([...MEANINGS], { minLength: 1, maxLength: 3 }),
    whole: fc.constantFrom(...WHOLES, WHOLES[0] as Whole, WHOLES[0] as Whole),
    where: one('at: start', 'at: end', 'before: X', 'after: X'),
    name: one('N', 'M', 'i', 'a', 'four', 'g'),
    within: fc.constantFrom(undefined, undefined, 'f', 'h'),
    frame: fc.record({
      to: value,
      from: one('1', '(1 | 2)', '(i ? 1 : 2)', 'a'),
      under: one('', '', '', 'one', 'three'),
      list: lists,
      field: one(...MEMBERS),
      array: fc.boolean(),
      rows: fc.subarray(ROWS, { minLength: 1 }),
      sentinel: one('{NULL}', '{NULL, 0},', '/* Sentinel */\n{0}', '{"z", 9}', '{"z", 9} /* last */', ''),
      filler: one(...FILLERS),
    }),
  })
  .chain(({ meanings, whole, where, name, within, frame }) => {
    const isNeutral = (m: Meaning) => !m.helpers.includes('AFTER');
    const bodies = (of: readonly Meaning[], most: number) =>
      fc.array(statements(of, 2), { minLength: 1, maxLength: most });
    return fc.tuple(bodies(meanings, 5), bodies(meanings.filter(isNeutral), 2)).map(([body, other]): Case => {
      const { edits, row, define, drops } = whole(frame, where, name);
      const h = `static long\nh(long a, long b)\n{\n    long i = 0;\n${indented(other)}    put(7);\n    return i;\n}\n\n`;
      const without = drops ? frame.field : '';
      const text = (n: string, added?: string) => program(frame, n, body, h, without, added);
      const limited = meanings.map((m) =>
        within === undefined || !isNeutral(m) ? m.edit : m.edit.replace(/\}$/, `, in: ${within}}`),
      );
      return {
        edits: [...limited, ...edits],
        source: text(frame.from),
        meant: text(define ? `(${frame.to})` : frame.from, row),
        untouched: within === 'f' && meanings.every(isNeutral) && edits.length === 0 ? h : '',
      };
    });
  });
