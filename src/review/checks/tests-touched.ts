import { joined } from '../../document/say.ts';
import type { CheckFinding } from '../types.ts';
import { type Found, finding, holdersOf, type SeriesInput } from './input.ts';

/** Folders of tests, also beside their packages: Lib/ctypes/test, Lib/json/tests, Lib/idlelib/idle_test. */
const TEST_FOLDER = /(?:^|\/)(?:tests?|idle_test|testsuite)\//;

/** Extension modules and programs that only tests use: _testcapi, _ctypes_test.c, _xxtestfuzz, _testembed.c. */
const TEST_IN_C = /^(?:Modules|PC|Programs)\/(?:.*\/)?(?:_\w*test\w*|test_\w*)(?:\/|\.[ch]$)/;

/** Whether a file is one of CPython's own tests, or made for them. Tools/msi/test packs them. */
export const isTest = (path: string): boolean =>
  (TEST_FOLDER.test(path) || TEST_IN_C.test(path)) && !path.startsWith('Tools/msi/');

/** What the series does to tests, and to which question of a reader that leads. */
const TOUCHED = {
  deleted: { severity: 'warning', message: 'this test is deleted: what tests it now?' },
  new: { severity: 'note', message: 'this test is new' },
  edited: { severity: 'note', message: 'this test is edited: does it still test what it did?' },
} as const;

/** Which of CPython's tests the patches touch, which they declare to fail, and which know a changed name and are not edited. */
export async function testsTouchedCheck({ patches, changes, names, tree }: SeriesInput): Promise<Found> {
  // Of a renamed one nothing is left under the old name: it is counted once.
  const touched = changes.filter(({ path, before, after }) => isTest(path) && before + after !== '');
  const kindOf = ({ before, after }: (typeof touched)[number]) =>
    before === '' ? 'new' : after === '' ? 'deleted' : 'edited';
  const declared = patches.flatMap(({ expect }) => expect.tests);
  const knowing: CheckFinding[] = [];
  const known = new Set(touched.map(({ path }) => path));
  for (const [name, files] of await holdersOf(names.gone, tree, ['.py'], isTest)) {
    for (const path of files) {
      if (known.has(path)) continue;
      const text = (await tree.read(path))?.text ?? '';
      if (!new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(text)) continue;
      knowing.push(finding('warning', `it knows ${name}, which goes, and is not edited`, path));
    }
  }
  const findings: CheckFinding[] = [
    ...knowing,
    ...(['deleted', 'new', 'edited'] as const).flatMap((kind) =>
      touched
        .filter((change) => kindOf(change) === kind)
        .map(({ path }): CheckFinding => ({ ...TOUCHED[kind], place: { file: path } })),
    ),
    ...declared.map(
      ({ test, why }): CheckFinding => ({ severity: 'note', message: `${test} is declared to fail: ${why}` }),
    ),
  ];
  const n = (kind: keyof typeof TOUCHED) => touched.filter((change) => kindOf(change) === kind).length;
  const said = [
    `${n('edited')} edited`,
    n('new') > 0 && `${n('new')} new`,
    n('deleted') > 0 && `${n('deleted')} deleted`,
    `${declared.length} declared to fail`,
    knowing.length > 0 && `${knowing.length} that know a name which goes`,
  ];
  return {
    verdict: findings.some(({ severity }) => severity === 'warning') ? 'attention' : 'fine',
    summary: findings.length === 0 ? 'No test is edited, and none is declared to fail.' : `${joined(said, ', ')}.`,
    findings,
  };
}
