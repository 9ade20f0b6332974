import { bytes, bytesRounded, change, count, integer, interval, list, percent } from '../../../src/document/format.ts';
import type { Extract } from './extract.ts';
import {
  agreement,
  changesOf,
  estimated,
  exactBytes,
  instructionChanges,
  memoryChange,
  publishedChanges,
  residentBytes,
} from './figures.ts';
import { type Published, signedZero } from './published.ts';
import type { Repeat } from './repeats.ts';

/** "Some 50k": within a factor of two of it, the claim is taken to hold. */
const CLAIM = 50_000;
const FACTOR = 2;

/** The answer in plain words. What is said depends on the figures: other runs may say something else. */
export function verdict(published: Published, extracts: readonly Extract[], more: readonly Repeat[]): string[] {
  return [
    memory(extracts),
    seen(extracts),
    growth(extracts),
    total(published, extracts, more),
    calls(extracts),
    ...layout(published, extracts),
    single(published, extracts),
  ];
}

function memory(extracts: readonly Extract[]): string {
  const all = extracts.flatMap((e) =>
    (['pass', 'imports'] as const).map((point) => 0 - (memoryChange(e, point, exactBytes) ?? 0)),
  );
  const holds = all.every((saved) => saved >= CLAIM / FACTOR && saved <= CLAIM * FACTOR);
  const figures = extracts.map((e) => {
    const [start, imports] = [memoryChange(e, 'pass', exactBytes) ?? 0, memoryChange(e, 'imports', exactBytes) ?? 0];
    return `${e.python} holds ${bytes(0 - start)} less once it has started and ${bytes(0 - imports)} less after \`import site, json\``;
  });
  return `**The saving at start-up ${holds ? 'holds' : 'does not come out as published'}.** ${figures.join('; ')}. ${holds ? '“Some 50k” is the right size on a PC, too; how much exactly depends on how many functions have run by then.' : ''}`.trim();
}

function seen(extracts: readonly Extract[]): string {
  const parts = extracts.map((e) => {
    const saved = 0 - (memoryChange(e, 'pass', residentBytes) ?? 0);
    const what = saved === 0 ? 'none' : `${bytesRounded(Math.abs(saved))} ${saved > 0 ? 'less' : 'more'}`;
    const { baseline, patched } = e.memory.points[0]?.variants ?? {};
    const [before, after] = [baseline?.taken?.arenas, patched?.taken?.arenas];
    const arenas = before === after ? 'as many arenas as before' : `${after} arenas in place of ${before}`;
    return `on ${e.python} ${what} resident, ${arenas}`;
  });
  return `**What the operating system sees of it**, with pymalloc, which reserves arenas of many pages and fills them page by page: ${parts.join('; ')}. A build without pymalloc gets all that is live.`;
}

function growth(extracts: readonly Extract[]): string {
  const parts = extracts.map(({ python, growth: { functions, growth } }) => {
    const [before, after] = [growth.baseline?.grownBytes ?? 0, growth.patched?.grownBytes ?? 0];
    return `${python} has grown by ${bytesRounded(before)} after ${integer(functions)} functions that were called once, without the zombie frame by ${after === 0 ? 'nothing' : bytesRounded(after)}`;
  });
  return `**What the claim did not say:** the cache has no bound: ${parts.join('; ')}.`;
}

function total(published: Published, extracts: readonly Extract[], more: readonly Repeat[]): string {
  const { minDiff, avgDiff } = published.totals;
  const said = `published were ${change(1 + minDiff, 1)} (minima) and ${signedZero(avgDiff)} (averages)`;
  const parts = extracts.map(({ python, speed, instructions, header }) => {
    const { geometricMean: mean } = speed;
    if (mean === undefined) return `${python} was not measured`;
    const counted = instructions?.total === undefined ? '' : ` (instructions ${change(instructions.total.ratio)})`;
    return `${python} ${change(mean.ratio, 1)}, 95% interval ${interval(mean)}${counted}, ${meaning(speed, header.layouts !== undefined)}`;
  });
  const all = extracts.flatMap(({ speed }) => speed.geometricMean ?? []);
  const repeated = extracts.flatMap(({ python, speed }) => {
    const means = more.flatMap((run) => (run.python === python ? (run.mean?.ratio ?? []) : []));
    if (means.length === 0) return [];
    const ratios = [speed.geometricMean?.ratio ?? 1, ...means];
    return [
      ` In all ${integer(ratios.length)} runs of ${python} it came out between ${change(Math.min(...ratios), 1)} and ${change(Math.max(...ratios), 1)}.`,
    ];
  });
  const most = Math.max(...all.flatMap(({ low, high }) => [1 - low, high - 1]));
  return `**pybench as a whole:** ${said}; measured were ${parts.join('; ')}.${repeated.join('')} ${most <= 0.03 ? `“No conclusive difference” holds: whatever it is, it is not above ${percent(most)}.` : ''}`.trim();
}

/** What the geometric mean says, beside that of the control. */
function meaning({ geometricMean: mean, controlMean }: Extract['speed'], many: boolean): string {
  if (mean === undefined || (mean.low <= 1 && mean.high >= 1)) return 'which cannot be told from nothing';
  const word = mean.ratio > 1 ? 'slower' : 'faster';
  if (controlMean === undefined) return word;
  const alone = `the same code linked in ${many ? 'other orders' : 'another order'} is at ${change(controlMean.ratio, 1)} ${interval(controlMean)}`;
  // Over many orders layout is in both intervals.
  if (many) return `${word}; ${alone}`;
  const apart = mean.low > controlMean.high || mean.high < controlMean.low;
  return `${word}${apart ? ', and more so than layout explains' : ', but no more than layout explains'}: ${alone}`;
}

function calls(extracts: readonly Extract[]): string {
  const counted = extracts.flatMap((e) => {
    const rows = declaredRows(e, instructionChanges(e)).filter(([, more]) => more >= 0.01);
    const names = rows.map(([test, more]) => `\`${test}\` ${change(1 + more, 1)}`);
    return names.length === 0 ? [] : [`on ${e.python} ${list(names, 6)}`];
  });
  const timed = extracts.map((e) => {
    const declared = estimated(e).filter((row) => row.declared === 'slower');
    const found = declared.filter(({ estimate }) => estimate.low > 1);
    const names = found.map(({ test, estimate }) => `\`${test}\` ${change(estimate.ratio, 1)}`);
    const beyond = found.filter(({ verdict }) => verdict === 'slower').length;
    return `on ${e.python} ${integer(found.length)} of the ${count(declared.length, 'test')} that were declared beforehand ${found.length === 1 ? 'is' : 'are'} slower by the whole interval${names.length === 0 ? '' : ` (${list(names, 6)})`}, ${beyond === 0 ? 'none' : integer(beyond)} of them surely by more than the ${percent(e.speed.threshold)} that count`;
  });
  const costs = counted.length > 0;
  const more = costs ? ` By instructions, which no noise touches: ${counted.join('; ')}.` : '';
  return `**${costs ? 'But it is not free' : 'Calls'}:** a call of a Python function has to make the frame that the zombie would have been.${more} By time, ${timed.join('; ')}.`;
}

/** The changes of the tests that the recipe declared, the largest first. */
function declaredRows(extract: Extract, changes: ReadonlyMap<string, number>): [string, number][] {
  return extract.slowerDeclared
    .flatMap((test): [string, number][] => {
      const own = changes.get(test);
      return own === undefined ? [] : [[test, own]];
    })
    .sort((a, b) => b[1] - a[1]);
}

/** A published difference of a single test that a reader would take for a change. */
const LARGE = 0.03;

function single(published: Published, extracts: readonly Extract[]): string {
  const large = published.tests.filter(({ minDiff }) => Math.abs(minDiff) >= LARGE);
  const counted = extracts.filter(({ instructions }) => instructions !== undefined);
  const borne = large.filter(({ test, minDiff }) => counted.every((e) => bornOut(e, test, minDiff)));
  const rest = large
    .filter((row) => !borne.includes(row))
    .map(({ test, minDiff }) => `\`${test}\` ${change(1 + minDiff, 1)}`);
  const ranks = extracts.map((e) => {
    const fit = agreement(publishedChanges(published), changesOf(e));
    return `${(fit?.rank ?? 0).toFixed(2).replace('-', '−')} with ${e.python}`;
  });
  const doubtful = extracts.flatMap((e) => {
    const { changed, unexplained } = unexplainedChanges(e);
    return changed === 0 || unexplained.length === 0
      ? []
      : [`${integer(unexplained.length)} of ${integer(changed)} on ${e.python}`];
  });
  const called = counted.reduce((sum, e) => sum + unexplainedChanges(e).changed, 0);
  const own =
    doubtful.length > 0
      ? `Of the tests that we call changed, ${list(doubtful)} are not borne out either. `
      : called > 0
        ? 'All tests that we call changed are borne out by them. '
        : '';
  if (counted.length === 0)
    return `**The published single tests** were not held against instructions, which were not counted. The rank correlation of all of them with the times is ${ranks.join(', ')}.`;
  const names = borne.map(({ test }) => `\`${test}\``);
  const first = `of ${integer(large.length)} that are ${percent(LARGE)} or more, ${integer(borne.length)} are borne out by the instructions that the test executes${counted.length > 1 ? ` on all ${integer(counted.length)} versions` : ''}${names.length === 0 ? '' : ` (${list(names, 6)})`}, ${integer(rest.length)} are not (${list(rest, 9)}): nothing here bears them out`;
  return `**The published single tests:** ${first}. The rank correlation of all of them is ${ranks.join(', ')}. ${own}Why, is told in [measuring.md](measuring.md#what-a-row-does-not-say-and-the-control).`;
}

/** The test executes more, or fewer, instructions, in the same direction as `change`. */
function bornOut(extract: Extract, test: string, change: number): boolean {
  const row = extract.instructions?.tests.find((own) => own.test === test);
  if (row?.change === undefined || (row.verdict !== 'more' && row.verdict !== 'fewer')) return false;
  return (row.change.ratio - 1) * change > 0;
}

/** How far times and instructions agree, when no single link order decides. */
function layout(published: Published, extracts: readonly Extract[]): string[] {
  if (extracts.every(({ header }) => header.layouts !== undefined)) return [manyLayouts(extracts)];
  return oneLayout(published, extracts);
}

function manyLayouts(extracts: readonly Extract[]): string {
  const parts = extracts.map((e) => {
    const orders = integer(e.header.layouts?.baseline ?? 0);
    const costly = [...instructionChanges(e)].filter(([, more]) => more >= LARGE).map(([test]) => test);
    const near = costly.filter((test) => {
      const estimate = e.speed.tests.find((row) => row.test === test)?.estimate;
      const counted = 1 + (instructionChanges(e).get(test) ?? 0);
      return estimate !== undefined && estimate.low <= counted && counted <= estimate.high;
    });
    const flagged = e.speed.controlFlagged;
    const control =
      flagged === undefined
        ? ''
        : `, and of its control, the same sources in ${orders} other orders, ${integer(flagged)} of ${count(e.speed.tests.length, 'test')} would be called changed`;
    return `on ${e.python} the interval of the time holds the change of instructions in ${integer(near.length)} of the ${count(costly.length, 'test')} that execute ${percent(LARGE)} more${control}`;
  });
  return `**Where the linker puts the code is out of it.** It alone moves single tests by more than the change does ([measuring.md](measuring.md#what-a-row-does-not-say-and-the-control)), so each pair of processes was linked in an order of its own: ${parts.join('; ')}.`;
}

/** How much of single tests is the layout of the code: the control was linked in another order. */
function oneLayout(published: Published, extracts: readonly Extract[]): string[] {
  const floors = extracts.flatMap(({ python, builds, speed }) =>
    speed.noiseFloor !== undefined && builds.some(({ linkOrder }) => linkOrder !== undefined)
      ? [`${percent(speed.noiseFloor)} on ${python}`]
      : [],
  );
  const [first, second] = extracts;
  if (floors.length === 0 || first === undefined || second === undefined) return [];
  const times = agreement(changesOf(first), changesOf(second));
  const counts = agreement(instructionChanges(first), instructionChanges(second));
  const rank = (fit: typeof times) => (fit?.rank ?? 0).toFixed(2).replace('-', '−');
  const largest = percent(Math.max(...published.tests.map(({ minDiff }) => Math.abs(minDiff))));
  return [
    `**Single tests tell more of the linker than of the change.** The same objects linked in another order change a test by up to ${list(floors)} (95th percentile); the largest published difference is ${largest}. So the times of single tests on the two versions agree by a rank correlation of ${rank(times)}, ${counts === undefined ? 'and their instructions were not counted.' : `their instructions by ${rank(counts)}: it is the instructions that show what the change does.`}`,
  ];
}

/** Tests called faster or slower whose instructions do not bear it out. */
export function unexplainedChanges(extract: Extract) {
  const changed = extract.speed.tests.filter(({ verdict }) => verdict === 'slower' || verdict === 'faster');
  const counted = new Set(instructionChanges(extract).keys());
  const unexplained = changed.filter(
    ({ test, estimate }) => counted.has(test) && !bornOut(extract, test, (estimate?.ratio ?? 1) - 1),
  );
  return { changed: changed.length, unexplained };
}
