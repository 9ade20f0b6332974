import { lineOf, lineStarts, lineText } from '../../c/lex.ts';
import type { SourceTree } from '../../checkout/types.ts';
import { byCodeUnit } from '../../system/hash.ts';
import type { CheckFinding } from '../types.ts';
import { type Found, finding, holdersOf, type SeriesInput } from './input.ts';
import { isTest } from './tests-touched.ts';

/** By whom a name may be known, in the order in which it hurts. */
const KINDS: readonly (readonly [kind: string, is: (path: string) => boolean])[] = [
  ['gdb', (path) => /(?:^|\/)(?:libpython|.*-gdb)\.py$|^Tools\/gdb\//.test(path)],
  ['C', (path) => /\.(?:c|h|cc|cpp|inc|def|m|asm|S|s)$/.test(path)],
  ['tests', isTest],
  ['docs', (path) => /^(?:Doc|Misc)\//.test(path) || /\.(?:rst|txt|md|html)$/.test(path)],
  ['Python', (path) => /\.(?:py|pyw|pyx|pxd)$/.test(path)],
  ['other', () => true],
];
const ENDINGS = '.c .h .cc .cpp .inc .def .m .py .pyw .pyx .pxd .rst .txt .toml .abi .dat'.split(' ');
/** Of each name; the rest is counted. */
const MOST_PLACES = 20;
/** More names than this are a rewrite, which no list of users helps to review. */
const MOST_NAMES = 40;

/** Who else in the tree knows the names that go or change their meaning, with counts. */
export async function otherUsersCheck({ changes, names: changedNames, tree }: SeriesInput): Promise<Found> {
  const { gone, redefined } = changedNames;
  const names = [...gone, ...redefined];
  if (names.length === 0) return { verdict: 'fine', summary: 'No name goes, and no macro is redefined.' };
  const changed = new Map(changes.map((change) => [change.path, change.after]));
  const rows: string[][] = [];
  const findings: CheckFinding[] = [];
  const looked = names.slice(0, MOST_NAMES);
  const holders = await holdersOf(looked, tree, ENDINGS);
  for (const name of looked) {
    const uses = await usesOf(name, holders.get(name) ?? [], tree, changed);
    const counts = KINDS.map(([kind]) => uses.filter(({ path }) => kindOf(path) === kind).length);
    rows.push([name, gone.includes(name) ? 'goes' : 'redefined', ...counts.map(String)]);
    const breaks = ({ path }: (typeof uses)[number]) =>
      gone.includes(name) && ['gdb', 'C', 'Python'].includes(kindOf(path));
    // What breaks comes first: a name may stand in many pages of the docs before.
    const first = [...uses.filter(breaks), ...uses.filter((use) => !breaks(use))];
    for (const use of first.slice(0, MOST_PLACES)) {
      const { path, line, text } = use;
      const message = `${name} ${gone.includes(name) ? 'goes, and is known here' : 'is redefined, and used here'} (${kindOf(path)})`;
      findings.push(finding(breaks(use) ? 'warning' : 'note', message, path, line, [text]));
    }
  }
  const head = ['name', 'what happens', ...KINDS.map(([kind]) => kind)];
  const left = names.length - MOST_NAMES;
  const known = rows.filter((row) => row.slice(2).some((n) => n !== '0')).length;
  const warned = findings.some(({ severity }) => severity === 'warning');
  return {
    verdict: warned || left > 0 ? 'attention' : 'fine',
    summary: `${names.length === 1 ? '1 name goes or is' : `${names.length} names go or are`} redefined: ${known === 0 ? 'nothing else in the tree knows it' : `${known} of them known elsewhere in the tree`}${left > 0 ? `; ${left} more were not looked for` : ''}.`,
    findings,
    tables: [{ title: 'Lines that mention them afterwards', head, rows }],
  };
}

const kindOf = (path: string): string => KINDS.find(([, is]) => is(path))?.[0] ?? 'other';

/** Lines that hold a name as a word, in the tree as it is afterwards. @param holding files of the tree that may. */
async function usesOf(
  name: string,
  holding: readonly string[],
  tree: SourceTree,
  changed: ReadonlyMap<string, string>,
) {
  const word = new RegExp(`(?<![\\w$])${name}(?![\\w$])`, 'g');
  const out: { path: string; line: number; text: string }[] = [];
  for (const path of [...new Set([...holding, ...changed.keys()])].sort(byCodeUnit)) {
    const text = changed.get(path) ?? (await tree.read(path))?.text;
    if (text === undefined || !text.includes(name)) continue;
    const starts = lineStarts(text);
    let last = 0;
    for (const { index } of text.matchAll(word)) {
      const line = lineOf(starts, index);
      if (line === last) continue;
      last = line;
      out.push({ path, line, text: lineText(text, index).trim() });
    }
  }
  return out;
}
