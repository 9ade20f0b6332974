import type {
  InstructionComparison,
  InstructionRatio,
  InstructionRow,
  InstructionVerdict,
} from '../../bench/instructions/types.ts';
import { change, count, decimal, integer, percent } from '../../document/format.ts';
import { code, details, fact, facts, joined, type Some, table, text, verdict } from '../../document/say.ts';
import { type Block, type Cell, type Fact, right, type Tone, type VerdictWord } from '../../document/types.ts';
import type { TargetResult } from '../../run/types.ts';
import { skippedAnswer, skippedSection } from '../answers.ts';
import { type Answer, answer, type Section, section } from '../view.ts';

const WORDS: Readonly<Record<InstructionVerdict, VerdictWord>> = {
  more: { symbol: '▲', word: 'more', tone: 'bad' },
  fewer: { symbol: '▼', word: 'fewer', tone: 'good' },
  same: { symbol: '○', word: 'same', tone: 'plain' },
  layout: { symbol: '◇', word: 'by layout', tone: 'unknown' },
  missing: { symbol: '–', word: 'missing', tone: 'unknown' },
  failed: { symbol: '✗', word: 'failed', tone: 'bad' },
};

/** As with speed: less than this is no news, be it measured ever so exactly. */
const NEWS = 0.01;

/** `0.40% more`, from a ratio. */
export function instructionsInShort({ total, threshold }: InstructionComparison): string {
  if (total === undefined) return 'could not be compared';
  if (Math.abs(total.ratio - 1) < threshold) return `the same within ${percent(threshold)}`;
  return `${change(total.ratio).replace(/^[+\u2212]/, '')} ${total.ratio > 1 ? 'more' : 'fewer'}`;
}

/** @returns `undefined` when nobody asked for instructions. */
export function instructionsAnswer(target: TargetResult): Answer | undefined {
  const { instructions, instructionsSkipped } = target;
  const label = 'Instructions';
  if (instructions === undefined) return skippedAnswer(label, instructionsSkipped, 'not counted');
  const { total, counts, counter, tests, deterministic } = instructions;
  const tone: Tone =
    total === undefined ? 'unknown' : total.low > 1 + NEWS ? 'bad' : total.high < 1 - NEWS ? 'good' : 'plain';
  const worst = tests.find(({ verdict }) => verdict === 'more');
  const most = worst === undefined ? '' : `, most of all ${worst.test} (${change(worst.change?.ratio ?? Number.NaN)})`;
  const by = counter === 'qemu' ? 'guest instructions under qemu' : `by ${counter}`;
  const how = deterministic ? `exact, ${by}` : by;
  return answer(
    label,
    tone,
    instructionsInShort(instructions),
    `${integer(counts.more)} of ${count(tests.length, 'test')} ${counts.more === 1 ? 'executes' : 'execute'} more${most}, ${integer(counts.fewer)} fewer (${how}).`,
  );
}

export function instructionsSection(target: TargetResult): Section | undefined {
  const { instructions, instructionsSkipped } = target;
  const id = `${target.target}-instructions`;
  if (instructions === undefined) return skippedSection(id, 'Instructions', instructionsSkipped, 'Not counted');
  const telling = instructions.tests.filter((row) => !isQuiet(row));
  const quiet = instructions.tests.filter(isQuiet);
  return section(id, `Instructions: ${instructions.suite}`, [
    text(reading(instructions)),
    facts(conditions(instructions)),
    telling.length > 0 && rows('Tests that changed, or that were declared', telling),
    details(
      `${count(quiet.length, 'test')} without a change that is told from the layout of memory`,
      quiet.length > 0 && rows('The other tests', quiet),
    ),
  ]);
}

const isQuiet = ({ verdict, declared }: InstructionRow) =>
  (verdict === 'same' || verdict === 'layout') && declared === undefined;

function reading({ counter, layouts, threshold, deterministic, counts }: InstructionComparison): Some<string> {
  return [
    'How many machine instructions each test executes. A count says nothing of caches and mispredicted branches, so it is not time; but no noise of the machine is in it.',
    counter === 'qemu' &&
      'These are guest instructions: those of the target’s own processor, as qemu’s user mode executes them. System calls count as one each; what the emulator itself does for them is not in it.',
    layouts > 1 &&
      `Where objects lie in memory decides which hash tables collide, so each test was counted in ${integer(layouts)} layouts. “More” and “fewer” are by ${percent(threshold)} at least and beyond what the layout does${counts.layout === 0 ? '' : '; “by layout” means that this cannot be said'}.`,
    !deterministic && 'Counted again in the same layout, the numbers were not all the same: they are not exact here.',
  ];
}

function conditions(instructions: InstructionComparison): Some<Fact> {
  const { total, geometricMean, layouts, repeated, deterministic, spread, method } = instructions;
  const over = (ratio: { low: number; high: number }) =>
    layouts > 1 ? `, from ${change(ratio.low)} to ${change(ratio.high)} in the ${integer(layouts)} layouts` : '';
  const repeats = deterministic
    ? `all ${integer(repeated)} counts that were made twice are the same to the last instruction`
    : repeated === 0
      ? 'nothing was counted twice'
      : `counts that were made twice differ by up to ${apart(spread ?? 0, 4)}`;
  return [
    total && [
      fact('Total', `${change(total.ratio)}${over(total)}`),
      fact('At pybench’s rounds', `${billions(total.baseline)} instructions, patched ${billions(total.patched)}`),
    ],
    fact('Geometric mean', geometricMean === undefined ? undefined : change(geometricMean)),
    fact('Repeated', repeats),
    fact('Method', method),
  ];
}

/** A difference of two changes, without a sign. */
const apart = (fraction: number, digits = 2) => change(1 + fraction, digits).replace(/^\+/, '');

const billions = (n: number) => `${decimal(n / 1e9)} billion`;

function rows(caption: string, tests: readonly InstructionRow[]): Block {
  return table(
    caption,
    ['test', 'verdict', right('change'), right('from'), right('to'), ''],
    tests.map(cells),
    'Change: + means more instructions when patched. From, to: instructions of one operation of the test, its empty loop subtracted, baseline and patched. After ±: half of how far the changes in the layouts lie apart.',
  );
}

function cells(row: InstructionRow): Cell[] {
  const { change: ratio, declared, uncalibrated, note } = row;
  return [
    code(row.test),
    verdict(WORDS[row.verdict]),
    ratio === undefined ? '' : withLayouts(ratio),
    perOperation(row, row.baseline),
    perOperation(row, row.patched),
    joined([declared && `declared ${declared}`, uncalibrated && 'with its loop', note], ', '),
  ];
}

function withLayouts({ ratio, low, high }: InstructionRatio): string {
  const half = apart((high - low) / 2);
  return Number.parseFloat(half) === 0 ? change(ratio) : `${change(ratio)} ±${half}`;
}

function perOperation({ rounds, operations }: InstructionRow, counts: readonly number[] | undefined): string {
  if (counts === undefined || counts.length === 0 || rounds === undefined) return '';
  const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
  return decimal(mean / (rounds * Math.max(1, operations ?? 1)));
}
