import { count, dateTime, integer } from '../../document/format.ts';
import { present, table, text, toned } from '../../document/say.ts';
import type { Block, Cell, Tone } from '../../document/types.ts';
import { isYes, type Merged, type MergedCell, type MergedState } from '../../run/fanout/merge.ts';
import { openSection, type ReportView, type Section } from '../view.ts';
import { type ComparedRow, measures, testByTest, verdicts } from './several.ts';

/** Beyond this many columns the table of single tests is read by no one; the JSON has them. */
const MOST_COLUMNS = 12;

const WORDS: Readonly<Record<MergedState, readonly [string, Tone]>> = {
  ok: ['ok', 'good'],
  no: ['not ok', 'bad'],
  broken: ['broken', 'bad'],
  missing: ['missing', 'bad'],
  drifted: ['drifted', 'bad'],
  conflict: ['conflict', 'bad'],
  'not-applicable': ['not applicable', 'unknown'],
  'already-applied': ['already applied', 'unknown'],
  'target-refuses': ['not for this target', 'unknown'],
  'no-tree': ['no CPython', 'unknown'],
};

interface NamedCell {
  readonly name: string;
  readonly cell: MergedCell;
}

/**
 * Runs of many machines as one report: every cell is a row, run or not. Figures are those of single runs, each of which
 * compared two interpreters on one machine; none is computed across runs.
 */
export function mergedView(merged: Merged): ReportView {
  const { named, common } = nameCells(merged.cells);
  const rows = named.flatMap(({ name, cell }): ComparedRow[] =>
    cell.record === undefined ? [] : [{ name, record: cell.record, target: cell.record.targets[0] }],
  );
  const bad = merged.cells.filter(({ state }) => !isYes(state)).length + merged.unreadable.length;
  const measured = rows.filter(({ target }) => target?.speed !== undefined).length;
  return {
    title: `${common === '' ? 'Matrix' : common}: ${count(merged.cells.length, 'cell')}`,
    status: merged.ok
      ? { tone: 'good', word: 'ALL OK' }
      : { tone: 'bad', word: `${bad} OF ${merged.cells.length + merged.unreadable.length} NOT OK` },
    headline: headline(merged, named),
    changed: [],
    targets: [],
    sections: [
      openSection('verdicts', 'Verdicts', withoutRuns(verdicts(rows), named)),
      ...reasons(merged, named),
      ...measures(rows),
      ...(measured <= MOST_COLUMNS ? testByTest(rows) : []),
      ...machines(merged, named),
    ],
    footer: ['Forkwright', ...new Set(rows.map(({ record }) => record.forkwright))].join(' '),
  };
}

/** `9 ok, 1 missing`, in the order of severity. */
export function stateCounts({ cells }: Merged): string {
  return Object.entries(WORDS)
    .map(([state, [word]]) => [cells.filter((cell) => cell.state === state).length, word] as const)
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${integer(n)} ${word}`)
    .join(', ');
}

function headline(merged: Merged, named: readonly NamedCell[]): string[] {
  const lines = [merged.cells.length === 0 ? 'There is no run.' : `${stateCounts(merged)}.`];
  if (merged.unreadable.length > 0) lines.push(`${count(merged.unreadable.length, 'run')} could not be read.`);
  const bad = named.filter(({ cell }) => !isYes(cell.state));
  for (const { name, cell } of bad.slice(0, 5)) lines.push(`${name}: ${cell.why ?? WORDS[cell.state][0]}.`);
  if (bad.length > 5) lines.push(`And ${bad.length - 5} more.`);
  return lines;
}

/** The rows of cells that were run stand where their cells do; those of the others say why there is no more. */
function withoutRuns(block: Block, named: readonly NamedCell[]): Block {
  if (block.kind !== 'table') return block;
  const { table: one } = block;
  const ran = new Map(named.filter(({ cell }) => cell.record !== undefined).map(({ name }, i) => [name, one.rows[i]]));
  const rows = named.map(({ name, cell }): readonly Cell[] => {
    const [word, tone] = WORDS[cell.state];
    const rest = ran.get(name)?.slice(2) ?? one.columns.slice(2).map(() => '');
    return [name, toned(tone, word), ...rest];
  });
  return { kind: 'table', table: { ...one, rows } };
}

function reasons({ unreadable, notes }: Merged, named: readonly NamedCell[]): Section[] {
  const told = named.filter(({ cell }) => cell.why !== undefined && cell.why !== '');
  const blocks = present<Block>([
    told.length > 0 &&
      table(
        'Why',
        ['', 'answer', 'why'],
        told.map(({ name, cell }) => [name, WORDS[cell.state][0], cell.why ?? '']),
      ),
    text(
      unreadable.map(({ where, why }) => `${where}: ${why}`),
      'bad',
    ),
    text(notes, 'attention'),
  ]);
  return blocks.length === 0 ? [] : [openSection('reasons', 'What is not ok, and what to know', blocks)];
}

function machines({ machines }: Merged, named: readonly NamedCell[]): Section[] {
  const ran = named.filter(({ cell }) => cell.record !== undefined);
  if (ran.length === 0) return [];
  const one = table(
    'Where the figures come from',
    ['', 'machine', 'ended', 'Forkwright', 'run'],
    ran.map(({ name, cell: { record, machine = '', where = '' } }) => [
      name,
      machine,
      record === undefined ? '' : dateTime(record.finishedAt ?? record.startedAt),
      record?.forkwright ?? '',
      where,
    ]),
    'Each row compares two interpreters on one machine. Times of different machines are not compared; machines of one description may be one or several.',
  );
  const lines = machines.map(({ letter, description }) => `${letter}: ${description}`);
  return [openSection('machines', 'Which machine measured what', [one, { kind: 'text', lines }])];
}

/** Names that tell cells apart, of what they do not have in common; and what they have. */
function nameCells(cells: readonly MergedCell[]): { readonly named: readonly NamedCell[]; readonly common: string } {
  const ids = ({ recipes, sides }: MergedCell) =>
    sides === undefined ? recipes.map(({ id }) => id).join('+') || 'no change' : `${sides[1]} against ${sides[0]}`;
  const params = ({ recipes }: MergedCell) =>
    recipes.flatMap(({ params }) => Object.entries(params).map(([name, value]) => `${name}=${value}`)).join(' ');
  // Recipes whose cells have no other parameters are told without them.
  const varied = new Set(
    [...Map.groupBy(cells, ids)].filter(([, group]) => new Set(group.map(params)).size > 1).map(([id]) => id),
  );
  const parts: readonly ((cell: MergedCell) => string)[] = [
    ids,
    (cell) => (varied.has(ids(cell)) ? params(cell) : ''),
    ({ checkout }) => checkout.refs?.[0] ?? checkout.pythonVersion ?? checkout.dir,
    ({ target }) => target || 'no target',
  ];
  const tells = (part: (cell: MergedCell) => string) => new Set(cells.map(part)).size > 1;
  const told = (cell: MergedCell | undefined, some: typeof parts) =>
    (cell === undefined ? [] : some.map((part) => part(cell))).filter((text) => text !== '').join(' ');
  const own = (cell: MergedCell) => told(cell, parts.filter(tells));
  const sources = ({ checkout }: MergedCell) => checkout.commit?.slice(0, 12) ?? checkout.treeHash?.slice(0, 12) ?? '';
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(own(cell), (counts.get(own(cell)) ?? 0) + 1);
  const used = new Map<string, number>();
  const named = cells.map((cell) => {
    const short = own(cell) || cell.id || cell.record?.id || cell.target;
    const name = (counts.get(own(cell)) ?? 0) > 1 && cells.length > 1 ? `${short} ${sources(cell)}`.trim() : short;
    const before = used.get(name) ?? 0;
    used.set(name, before + 1);
    return { name: before === 0 ? name : `${name} (${before + 1})`, cell };
  });
  return {
    named,
    common: told(
      cells[0],
      parts.filter((part) => !tells(part)),
    ),
  };
}
