import type { CheckFinding, ReviewCheck } from '../types.ts';
import { changedNames, wholeChanges } from './names.ts';
import type { CheckInput } from './types.ts';

const IS_TEST = /^Lib\/test\//;

/** Which of CPython's tests the patches edit, which they declare to fail, and which know a changed name and are not edited. */
export async function testsTouchedCheck({ patches, tree }: CheckInput): Promise<ReviewCheck> {
  const changes = wholeChanges(patches);
  // Of a renamed one nothing is left under the old name: it is counted once.
  const touched = changes.filter(({ path, before, after }) => IS_TEST.test(path) && before + after !== '');
  const deleted = touched.filter(({ before, after }) => before !== '' && after === '');
  const edited = touched.filter((change) => !deleted.includes(change));
  const declared = patches.flatMap(({ expect }) => expect.tests);
  const { gone } = changedNames(changes);
  const findings: CheckFinding[] = [
    ...deleted.map(
      ({ path }): CheckFinding => ({
        severity: 'warning',
        message: 'this test is deleted: what tests it now?',
        place: { file: path },
      }),
    ),
    ...edited.map(
      ({ path }): CheckFinding => ({
        severity: 'note',
        message: 'this test is edited: does it still test what it did?',
        place: { file: path },
      }),
    ),
    ...declared.map(
      ({ test, why }): CheckFinding => ({ severity: 'note', message: `${test} is declared to fail: ${why}` }),
    ),
  ];
  const known = new Set(touched.map(({ path }) => path));
  for (const name of gone) {
    const files = (await tree.filesContaining?.(name, ['.py'])) ?? (await tree.list('Lib/test'));
    for (const path of files) {
      if (!IS_TEST.test(path) || !path.endsWith('.py') || known.has(path)) continue;
      const text = (await tree.read(path))?.text ?? '';
      if (!new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(text)) continue;
      findings.unshift({
        severity: 'warning',
        message: `it knows ${name}, which goes, and is not edited`,
        place: { file: path },
      });
    }
  }
  const warned = findings.filter(({ severity }) => severity === 'warning').length;
  const knowing = warned - deleted.length;
  const none = edited.length === 0 && declared.length === 0;
  return {
    id: 'tests-touched',
    title: 'CPython’s own tests',
    verdict: warned > 0 ? 'attention' : 'fine',
    summary:
      none && warned === 0
        ? 'No test is edited, and none is declared to fail.'
        : `${edited.length} edited, ${deleted.length === 0 ? '' : `${deleted.length} deleted, `}${declared.length} declared to fail${knowing > 0 ? `, ${knowing} that know a name which goes` : ''}.`,
    findings,
    tables: [],
  };
}
