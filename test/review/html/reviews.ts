import { readPatchText } from '../../../src/review/model/read-patch.ts';
import type { Review, ReviewEdit, ReviewPatch } from '../../../src/review/types.ts';

/** Small reviews, for tests of the page. Sources are of our own. */

const far = Array.from({ length: 60 }, (_, i) => `static int filler_${i};\n`);
export const BEFORE = `/* Counters. */\n${far.slice(0, 30).join('')}static int\nlimit(void)\n{\n    return 10; /* the most */\n}\n${far.slice(30).join('')}`;
export const AFTER = BEFORE.replace('return 10;', 'return 12;');

const PATCH = `--- a/Objects/counter.c
+++ b/Objects/counter.c
@@ -32,7 +32,7 @@ limit(void)
 static int
 limit(void)
 {
-    return 10; /* the most */
+    return 12; /* the most */
 }
 static int filler_30;
 static int filler_31;
`;

const EDITS: readonly ReviewEdit[] = [
  {
    edit: 0,
    kind: 'edit-text',
    why: 'Ten were too few.',
    looksFor: 'return 10;',
    outcome: 'applied',
    reason: 'found once',
  },
  {
    edit: 1,
    kind: 'set-define',
    why: 'Old versions only.',
    looksFor: '#define LIMIT',
    outcome: 'not-for-this-version',
    reason: 'for <3',
  },
];

/** A generated patch with everything that one may have. */
export function counterPatch(): ReviewPatch {
  const [read] = readPatchText(PATCH, { file: 'counter.patch' });
  if (read === undefined) throw new Error('no patch');
  return {
    ...read,
    id: 'more-counters',
    title: 'Count to twelve',
    why: 'Ten were too few.\n\nTwelve are a dozen.',
    recipe: { id: 'more-counters', title: 'Count to twelve', why: '', version: '1', hash: '0'.repeat(64) },
    params: { most: 12 },
    file: undefined,
    verdict: 'applies',
    pythonVersion: '3.9.2',
    base: 'folder, tree 0123',
    sha256: 'a'.repeat(64),
    files: read.files.map((file) => ({
      ...file,
      hunks: file.hunks.map((hunk) => ({ ...hunk, edits: [0] })),
      contents: { before: BEFORE, after: AFTER },
    })),
    edits: EDITS,
    evidence: [
      { step: 'matched', title: 'every edit matched as declared', verdict: 'passed', detail: '1 of 2 edits made' },
      { step: 'builds', title: 'the tree builds', verdict: 'not-done', detail: 'name a run' },
    ],
    warnings: [
      {
        code: 'patch/second-user',
        message: 'limit is also called elsewhere',
        place: { file: 'Modules/other.c', line: 7 },
        detail: ['    n = limit();'],
        hint: 'look there',
      },
    ],
  };
}

/** Everything: a run, checks, a comparison, two patches. */
export function everything(): Review {
  const patch = counterPatch();
  const [second] = readPatchText(
    'diff --git a/Lib/added.py b/Lib/added.py\nnew file mode 100644\n--- /dev/null\n+++ b/Lib/added.py\n@@ -0,0 +1,2 @@\n+def f():\n+    return "x"\n\\ No newline at end of file\n',
    { file: 'second.patch' },
  );
  const hunk = patch.files[0]?.hunks[0];
  if (second === undefined || hunk === undefined) throw new Error('no patch');
  return {
    schemaVersion: 1,
    title: 'more-counters on CPython 3.9.2',
    checkout: { label: 'CPython 3.9.2', pythonVersion: '3.9.2', base: 'folder, tree 0123' },
    patches: [patch, second],
    checks: [
      {
        id: 'struct-layout',
        title: 'Struct layout',
        verdict: 'attention',
        summary: 'One field goes.',
        findings: [
          { severity: 'warning', message: 'gone from a public header', place: { file: 'Include/c.h', line: 3 } },
          { severity: 'note', message: 'it was not documented' },
        ],
        tables: [{ title: 'Counter', head: ['Field', 'Before', 'After'], rows: [['most', '8', '16']] }],
      },
      { id: 'abi', title: 'Stable ABI', verdict: 'not-done', summary: 'There is no build.', findings: [], tables: [] },
    ],
    run: {
      id: '20260102-0304-abcd',
      ok: true,
      lines: ['The tests are as before.'],
      targets: [{ name: 'linux-x86_64', facts: [{ label: 'tests', value: '425 the same' }] }],
    },
    comparison: {
      old: 'patches before',
      new: 'now',
      counts: { same: 0, 'context-only': 0, changed: 1, removed: 0, added: 0 },
      patches: [
        {
          id: 'more-counters',
          oldIndex: 1,
          newIndex: 1,
          status: 'changed',
          facts: [{ label: 'parameters', old: 'most=11', new: 'most=12' }],
          files: [
            {
              path: 'Objects/counter.c',
              status: 'changed',
              hunks: [
                {
                  status: 'changed',
                  old: hunk,
                  new: hunk,
                  rows: [
                    { kind: 'context', text: '-    return 10;', eol: '\n', marks: [] },
                    { kind: 'removed', text: '+    return 11;', eol: '\n', marks: [[12, 14]], pair: 2 },
                    { kind: 'added', text: '+    return 12;', eol: '\n', marks: [[12, 14]], pair: 1 },
                  ],
                },
                { status: 'moved', old: hunk, new: { ...hunk, oldStart: 40, newStart: 40 }, rows: [] },
              ],
            },
          ],
        },
      ],
    },
  };
}

export const TRAP =
  "</script></style></template><script>globalThis.trapped = 1</script><img src=x onerror='trapped=1'>";

/** What a stranger may send: markup everywhere, characters that hide or turn text, a name with quotes and a newline. */
export function hostile(): Review {
  const patch = counterPatch();
  const code = [
    `+x = "${TRAP}";`,
    '+/* \u202e } \u2066if (admin)\u2069 \u2066 begin */',
    '+admin\u200b = 1; \ufeff\u00ad',
    '+\x1b[31mred\x07\x00 and \r back',
    `+char *s = "${'A<&'.repeat(33_334)}";`,
    '+]]>--><!-- &amp; \u2028 "\'`',
  ];
  const bytes = Buffer.from(
    `diff --git "a/Objects/\\"q\\"\\n<b>.c" "b/Objects/\\"q\\"\\n<b>.c"\n--- "a/Objects/\\"q\\"\\n<b>.c"\n+++ "b/Objects/\\"q\\"\\n<b>.c"\n@@ -1,1 +1,${code.length + 1} @@ ${TRAP}\n int a;\n${code.join('\n')}\n`,
  ).toString('latin1');
  const [read] = readPatchText(bytes, { file: `${TRAP}.patch` });
  const file = read?.files[0];
  if (file === undefined) throw new Error('no file');
  const before = `int a;\n${TRAP}\n\u202e hidden\n`;
  const after = `int a;\n${code.map((line) => line.slice(1)).join('\n')}\n${TRAP}\n\u202e hidden\n`;
  return {
    schemaVersion: 1,
    title: TRAP,
    checkout: { label: TRAP, pythonVersion: TRAP, base: TRAP },
    patches: [
      {
        ...patch,
        id: TRAP,
        title: TRAP,
        why: TRAP,
        params: { [TRAP]: TRAP },
        base: TRAP,
        sha256: `"><b>${'b'.repeat(20)}`,
        files: [{ ...file, contents: { before, after }, hunks: file.hunks.map((hunk) => ({ ...hunk, edits: [0] })) }],
        edits: EDITS.map((edit) => ({ ...edit, kind: TRAP, why: TRAP, looksFor: TRAP, reason: TRAP })),
        evidence: [{ step: 'matched', title: TRAP, verdict: 'failed', detail: TRAP }],
        warnings: [{ code: TRAP, message: TRAP, detail: [TRAP], hint: TRAP }],
      },
    ],
    checks: [
      {
        id: 'abi',
        title: TRAP,
        verdict: 'attention',
        summary: TRAP,
        findings: [{ severity: 'error', message: TRAP, detail: [TRAP] }],
        tables: [{ title: TRAP, head: [TRAP], rows: [[TRAP]] }],
      },
    ],
    run: { id: TRAP, ok: false, lines: [TRAP], targets: [{ name: TRAP, facts: [{ label: TRAP, value: TRAP }] }] },
  };
}

/** A patch of so many characters, 2 MB unless told: a huge file among many. */
export function large(characters = 2_000_000): Review {
  const file = (name: string, n: number) => {
    const lines = Array.from(
      { length: n },
      (_, i) =>
        ` static int context_${i}(void) { return ${i}; }\n-    if (value_${i} == NULL) goto error_${i};\n+    if (value_${i} != NULL) goto done_${i};\n`,
    );
    return `--- a/${name}\n+++ b/${name}\n@@ -1,${2 * n} +1,${2 * n} @@\n${lines.join('')}`;
  };
  let text = file('Python/huge.c', characters / 400);
  for (let i = 0; text.length < characters; i++) text += file(`Modules/part${i}.c`, 60);
  return { schemaVersion: 1, title: 'large', patches: readPatchText(text, { file: 'large.patch' }), checks: [] };
}
