import { between, bytes, bytesRounded, change, count, integer, list, percent } from '../../src/report/format.ts';
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

/** "Some 50k": within a factor of two of it, the claim is taken to hold. */
const CLAIM = 50_000;
const FACTOR = 2;

/** The answer in plain words. What is said depends on the figures: other runs may say something else. */
export function verdict(published: Published, extracts: readonly Extract[]): string[] {
  return [
    memory(extracts),
    seen(extracts),
    growth(extracts),
    total(published, extracts),
    calls(extracts),
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
    const what = saved === 0 ? 'nothing' : saved > 0 ? bytesRounded(saved) : `${bytesRounded(-saved)} more, not less,`;
    const arenas = e.memory.points[0]?.variants;
    const same = arenas?.baseline?.taken?.arenas === arenas?.patched?.taken?.arenas;
    return `on ${e.python} ${what}${same ? ' (as many arenas of pymalloc as before)' : ''}`;
  });
  return `**What the operating system sees of it** is another figure, for it gives and takes whole pages and pymalloc whole arenas: ${parts.join('; ')}. A console build without pymalloc gets what is live.`;
}

function growth(extracts: readonly Extract[]): string {
  const parts = extracts.map(({ python, growth: { functions, growth } }) => {
    const [before, after] = [growth.baseline?.grownBytes ?? 0, growth.patched?.grownBytes ?? 0];
    return `after ${integer(functions)} functions that were called once, ${python} has grown by ${bytesRounded(before)}, without the zombie frame by ${after === 0 ? 'nothing' : bytesRounded(after)}`;
  });
  return `**What the claim did not say:** the cache has no bound: ${parts.join('; ')}.`;
}

function total(published: Published, extracts: readonly Extract[]): string {
  const { minDiff, avgDiff } = published.totals;
  const said = `published were ${change(1 + minDiff, 1)} (minima) and ${signedZero(avgDiff)} (averages)`;
  const parts = extracts.map(({ python, speed: { geometricMean: mean }, instructions }) => {
    if (mean === undefined) return `${python} was not measured`;
    const hidden = mean.low <= 1 && mean.high >= 1;
    const what = hidden ? 'which cannot be told from nothing' : mean.ratio > 1 ? 'slower' : 'faster';
    const fits = mean.low <= 1 + minDiff && mean.high >= 1 + minDiff ? 'holds' : 'does not hold';
    const counted = instructions?.total === undefined ? '' : ` (instructions: ${change(instructions.total.ratio)})`;
    return `${python} ${change(mean.ratio, 1)}, 95% ${between(mean)}, ${what}${counted}; the interval ${fits} the published ${change(1 + minDiff, 1)}`;
  });
  const small = extracts.every(({ speed: { geometricMean: m } }) => m !== undefined && m.low > 0.985 && m.high < 1.015);
  return `**pybench as a whole:** ${said}; measured were ${parts.join('; ')}. ${small ? 'That it costs next to nothing on the whole holds.' : ''}`.trim();
}

function calls(extracts: readonly Extract[]): string {
  const parts = extracts.map((e) => {
    const declared = e.speed.tests.filter((row) => row.declared === 'slower');
    const found = estimated(e).filter((row) => row.declared === 'slower' && row.estimate.low > 1);
    const names = found.map(({ test, estimate }) => `\`${test}\` ${change(estimate.ratio, 1)}`);
    const beyond = found.filter(({ verdict }) => verdict === 'slower').length;
    return `on ${e.python} ${integer(found.length)} of the ${count(declared.length, 'test')} that were declared beforehand ${found.length === 1 ? 'is' : 'are'} slower by the whole interval${names.length === 0 ? '' : ` (${list(names, 6)})`}, ${integer(beyond)} of them by more than the ${percent(e.speed.threshold)} of the noise floor`;
  });
  const some = extracts.some((e) =>
    e.speed.tests.some((row) => row.declared === 'slower' && (row.estimate?.low ?? 0) > 1),
  );
  return `**${some ? 'But it is not free' : 'Calls'}:** calls of Python functions have to make the frame that the zombie would have been: ${parts.join('; ')}.`;
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
  const layout = extracts.map((e) => {
    const { changed, unexplained } = unexplainedChanges(e);
    return `${integer(unexplained.length)} of ${integer(changed)} on ${e.python}`;
  });
  const names = borne.map(({ test }) => `\`${test}\``);
  const first = `of ${integer(large.length)} that are ${percent(LARGE)} or more, ${integer(borne.length)} are borne out by the instructions that the test executes${counted.length > 1 ? ' on both versions' : ''}${names.length === 0 ? '' : ` (${list(names, 6)})`}, ${integer(rest.length)} are not (${list(rest, 9)}): nothing here bears them out`;
  return `**The published single tests:** ${first}. The rank correlation of all of them is ${ranks.join(', ')}. The same can be said of ours: of the tests that we call changed, ${layout.join(' and ')} are not borne out, which leaves where the compiler and the linker put the code ([measuring.md](measuring.md#what-a-row-does-not-say)).`;
}

/** The test executes more, or fewer, instructions, in the same direction as `change`. */
function bornOut(extract: Extract, test: string, change: number): boolean {
  const row = extract.instructions?.tests.find((own) => own.test === test);
  if (row?.change === undefined || (row.verdict !== 'more' && row.verdict !== 'fewer')) return false;
  return (row.change.ratio - 1) * change > 0;
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
