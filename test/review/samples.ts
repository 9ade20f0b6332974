import { compareReviews } from '../../src/review/compare/index.ts';
import { readPatchText } from '../../src/review/model/read-patch.ts';
import type { Review, ReviewPatch } from '../../src/review/types.ts';

/** Reviews for the renderers' tests, of sources of our own. */

const RING = `diff --git a/Objects/ring.c b/Objects/ring.c
--- a/Objects/ring.c
+++ b/Objects/ring.c
@@ -41,9 +41,7 @@ ring_push(Ring *ring, Item *item)
 {
 	if (ring->used == RING_SIZE)
 		return -1;
-	if (ring->spare == NULL)
-		ring->spare = item;
-	item->next = ring->head; /* newest first, so that the one that was used last is found at once */
+	item->next = ring->first; /* newest first, so that the one that was used last is found at once */
 	ring->head = item;
 	ring->used++;
 	return 0;
@@ -90,4 +88,3 @@ ring_clear(Ring *ring)
 {
 	free_items(ring);
-	free(ring->spare);
 	ring->used = 0;
diff --git a/Include/ring.h b/Include/ring.h
--- a/Include/ring.h
+++ b/Include/ring.h
@@ -3,5 +3,4 @@
 typedef struct {
     int used;
     Item *head;
-    Item *spare; /* wide: 界 */
 } Ring;
diff --git a/Doc/ring.txt b/Doc/ring.txt
new file mode 100644
--- /dev/null
+++ b/Doc/ring.txt
@@ -0,0 +1,2 @@
+No ring keeps a spare.
+The end
\\ No newline at end of file
`;

const first = (text: string, file: string): ReviewPatch => {
  const [patch] = readPatchText(text, { file });
  if (patch === undefined) throw new Error('no patch');
  return patch;
};

/** As the generator gives it: with edits, evidence, a warning. */
export function ringPatch(): ReviewPatch {
  const read = first(RING, 'ring.patch');
  return {
    ...read,
    id: 'no-spare',
    title: 'Keep no spare item in a ring',
    why: 'Each ring keeps one item for itself, and nobody ever takes it: a leak by another name.\n\nRings get 8 bytes smaller.',
    recipe: { id: 'no-spare', title: 'Keep no spare item', why: '', version: '2', hash: 'ab'.repeat(32) },
    params: { abi: 'drop-field', most: 12 },
    file: undefined,
    verdict: 'applies',
    pythonVersion: '3.9.2',
    base: 'commit 0123456789abcdef0123456789abcdef01234567',
    sha256: 'cd'.repeat(32),
    buildOptions: ['--without-spares'],
    files: read.files.map((file, i) => ({
      ...file,
      hunks: file.hunks.map((hunk, j) => ({ ...hunk, edits: i === 0 ? (j === 0 ? [0, 1] : [1]) : i === 1 ? [2] : [] })),
      contents: { before: 'whole text before', after: 'whole text after' },
    })),
    edits: [
      {
        edit: 0,
        kind: 'replace-expression',
        why: 'The head may be the spare one.',
        looksFor: 'ring->head',
        outcome: 'applied',
        reason: 'found once',
      },
      {
        edit: 1,
        kind: 'drop-statement',
        why: 'What is never taken need not be put there, and not be freed.',
        looksFor: 'ring->spare',
        outcome: 'applied',
        reason: 'found twice',
      },
      {
        edit: 2,
        kind: 'drop-field',
        why: 'Nobody reads it.',
        looksFor: 'spare',
        outcome: 'applied',
        reason: 'found once',
      },
      {
        edit: 3,
        kind: 'set-define',
        why: 'Old versions had a limit.',
        looksFor: '#define RING_SPARES',
        outcome: 'not-for-this-version',
        reason: 'for <3',
      },
    ],
    evidence: [
      {
        step: 'matched',
        title: 'every edit matched as declared',
        verdict: 'passed',
        detail: '3 of 4 edits made, at 4 places; the others are not for this version, or had nothing to do',
      },
      {
        step: 'gone',
        title: 'nothing is left of what goes',
        verdict: 'passed',
        detail: 'spare: in no #if branch',
      },
      {
        step: 'compiles',
        title: 'the touched files compile as before',
        verdict: 'not-done',
        detail: 'ask for it with --verify',
      },
      { step: 'tests', title: 'CPython’s own tests', verdict: 'not-applicable', detail: 'there are none' },
    ],
    warnings: [
      {
        code: 'patch/second-user',
        message: 'spare is also read outside of the recipe’s files',
        place: { file: 'Objects/ring.c', line: 44, column: 6, length: 11 },
        detail: ['\tif (ring->spare == NULL)'],
        related: [{ place: { file: 'Tools/gdb.py', line: 7 }, message: 'by the debugger' }],
        hint: 'name it with --include, or leave it',
      },
    ],
  };
}

/** The same recipe elsewhere: one hunk moved, the context of another is different, one differs in substance. */
export function otherRing(): ReviewPatch {
  const ring = ringPatch();
  const text = RING.replace('@@ -90,4 +88,3 @@', '@@ -190,4 +188,3 @@')
    .replace('     Item *head;', '     Item *first_of_all;')
    .replace('+	item->next = ring->first; /* newest', '+	item->next = ring->second; /* newest')
    .replace('The end', 'The very end');
  return { ...ring, base: 'commit 76543210', sha256: 'ef'.repeat(32), files: first(text, 'ring.patch').files };
}

/** Everything that a review may tell. */
export function everything(): Review {
  const now = ringPatch();
  return {
    schemaVersion: 1,
    title: 'no-spare on CPython 3.9.2',
    checkout: {
      label: 'CPython 3.9.2',
      pythonVersion: '3.9.2',
      base: 'commit 0123456789abcdef0123456789abcdef01234567',
    },
    patches: [now],
    checks: [
      {
        id: 'struct-layout',
        title: 'Layout of structs',
        verdict: 'attention',
        summary: 'One field goes from a public header.',
        findings: [
          {
            severity: 'warning',
            message: 'extensions that were built before read the wrong field',
            place: { file: 'Include/ring.h', line: 6 },
            detail: ['    Item *spare;'],
          },
          { severity: 'note', message: 'the limited API does not have it' },
        ],
        tables: [
          {
            title: 'Ring (bytes)',
            head: ['Field', 'Offset before', 'Offset after'],
            rows: [
              ['used', '0', '0'],
              ['head', '8', '8'],
              ['spare', '16', '–'],
            ],
          },
        ],
      },
      {
        id: 'tests-touched',
        title: 'Tests',
        verdict: 'fine',
        summary: 'No test is changed.',
        findings: [],
        tables: [],
      },
      { id: 'abi', title: 'Stable ABI', verdict: 'not-done', summary: 'There is no build.', findings: [], tables: [] },
    ],
    run: {
      id: '20260102-0304-no-spare',
      ok: true,
      lines: ['It builds, and CPython’s tests are as before.', 'No change of speed beyond 0.8%.'],
      targets: [
        {
          name: 'linux-x86_64',
          facts: [
            { label: 'tests', value: '425 as before' },
            { label: 'start-up memory', value: '8 kB less (−0.1%)' },
          ],
        },
      ],
    },
    comparison: compareReviews(
      { label: 'patches/3.8', patches: [otherRing()] },
      { label: 'CPython 3.9.2', patches: [now] },
    ),
  };
}

/** Only a file, of which nothing is known but what it says. */
export const onlyRead = (): Review => ({
  schemaVersion: 1,
  title: 'ring.patch',
  patches: [first(RING, 'ring.patch')],
  checks: [],
});

/** No patch: why not, and what to do. */
export const drifted = (): Review => ({
  schemaVersion: 1,
  title: 'no-spare on CPython 3.10',
  patches: [
    {
      ...ringPatch(),
      verdict: 'drifted',
      files: [],
      insertions: 0,
      deletions: 0,
      sha256: undefined,
      evidence: [],
      warnings: [],
      reason: 'the load is not guarded',
      problems: [
        {
          code: 'patch/no-match',
          message: 'load not guarded',
          place: { file: 'Objects/ring.c', line: 44 },
          detail: ['\tring->spare = item;'],
          hint: 'write an edit for this version',
        },
      ],
    },
  ],
  checks: [],
});

/** What a stranger may put into any text of a review, each of them everywhere. */
export const HOSTILE: readonly string[] = [
  '</details><script>alert(1)</script> | `x` | **bold** [x](javascript:alert(1)) <img src=x onerror=alert(1)>',
  '```\n~~~\n# heading\n@everyone #1 GH-2 http://evil.example www.evil.example',
  '\x1b[2J\x1b]8;;http://evil.example\x07\x9b31m\x00\r\x7f',
  'a\u202eb\u2066c\u200bd\u{e0041}\u2028e\u0085f',
  '| a |\n| - |\n<!-- \n\n<b>\n- list\n1. list\n> quote\n    code\n---\n<https://evil.example>',
  '$x$ &lt; \\ ``` ` `` [a]: http://evil.example "t" ![i](http://evil.example)',
];

/** A review in which every text is `text`: names, messages, sources. */
export function everywhere(text: string): Review {
  const swap = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => swap(one, key));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, swap(one, name)]));
    }
    return typeof value === 'string' && !CLOSED.has(key) ? text : value;
  };
  const review = swap(everything(), '') as Review;
  return {
    ...review,
    patches: review.patches.map((patch) => ({
      ...patch,
      files: patch.files.map((file) => ({
        ...file,
        oldPath: text,
        hunks: file.hunks.map((hunk) => ({
          ...hunk,
          rows: hunk.rows.map((row) => ({ ...row, marks: [[0, 3]] as const })),
        })),
      })),
    })),
  };
}

/** Members whose values are of a closed set. */
const CLOSED = new Set(['kind', 'eol', 'status', 'encoding', 'verdict', 'outcome', 'step', 'severity']);
