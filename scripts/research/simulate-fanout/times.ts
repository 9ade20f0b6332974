/** How long a job takes: medians of what was measured, and a spread of the same width; drawn by a seed, a cell each. */
import { median } from 'simple-statistics';
import { createRandom, type Random } from '../../../src/bench/random.ts';
import type { Measured } from './measure.ts';

/** A build that compiled for less than this had most of its objects from ccache. */
const FULL_MAKE_SECONDS = 60;

/** Of one target, in seconds and MB. */
export interface Typical {
  readonly builds: number;
  readonly prepare: number;
  readonly make: number;
  readonly rest: number;
  readonly megabytes: number;
}

export interface Times {
  readonly of: (target: string) => Typical;
  /** Standard deviation of the logarithm of full builds' times, within target and series. */
  readonly spread: number;
  /** What make takes when every object is in ccache, as a share of what it takes in full. */
  readonly warm: number;
}

/** @param speed of builds: how many times as fast as on the machine that measured. */
export function timesOf({ builds, stages, archives }: Measured, speed = 1): Times {
  const full = builds.filter(({ make, prepare }) => make >= FULL_MAKE_SECONDS && prepare >= 1);
  const targets = new Map<string, Typical>();
  for (const target of new Set(builds.map((build) => build.target))) {
    const ofTarget = full.filter((build) => build.target === target);
    // In between lie those that found what configure says already.
    const configured = builds.filter((build) => build.target === target && build.prepare >= 5);
    const quick = stages.filter((one) => one.target === target);
    targets.set(target, {
      builds: ofTarget.length,
      prepare: middle((configured.length > 0 ? configured : ofTarget).map(({ prepare }) => prepare)) / speed,
      make: middle(ofTarget.map(({ make }) => make)) / speed,
      rest: restOf(quick),
      megabytes: middle(archives.filter((one) => one.target === target).map(({ megabytes }) => megabytes)),
    });
  }
  const of = (target: string) => {
    const typical = targets.get(target);
    if (typical === undefined) throw new Error(`nothing was measured for ${target}`);
    return typical;
  };
  return { of, spread: spreadOf(full), warm: warmShare(builds, full) };
}

/** What is measured in each cell, a median a stage: only runs that did the stage say what it takes. */
function restOf(stages: Measured['stages']): number {
  const names = new Set(stages.flatMap(({ seconds }) => Object.keys(seconds)));
  // Long ones are not for a matrix of thousands of cells.
  const chosen = stages.filter(({ quick }) => quick);
  const used = chosen.length > 0 ? chosen : stages;
  return [...names].reduce((sum, name) => {
    const known = used.flatMap(({ seconds }) => seconds[name] ?? []);
    return sum + (known.length === 0 ? 0 : middle(known));
  }, 0);
}

function spreadOf(full: Measured['builds']): number {
  const groups = new Map<string, number[]>();
  for (const { target, python, prepare, make } of full) {
    const key = `${target} ${python}`;
    groups.set(key, [...(groups.get(key) ?? []), Math.log(prepare + make)]);
  }
  let [squares, freedom] = [0, 0];
  for (const logs of groups.values()) {
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
    squares += logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
    freedom += logs.length - 1;
  }
  return freedom === 0 ? 0 : Math.sqrt(squares / freedom);
}

function warmShare(builds: Measured['builds'], full: Measured['builds']): number {
  const warm = builds.filter(({ launcher, make }) => launcher === 'ccache' && make < FULL_MAKE_SECONDS);
  const shares = warm.flatMap(({ target, python, make }) => {
    const whole = full.filter((build) => build.target === target && build.python === python);
    return whole.length === 0 ? [] : make / middle(whole.map((build) => build.make));
  });
  return shares.length === 0 ? 1 : middle(shares);
}

const middle = (values: readonly number[]) => (values.length === 0 ? 0 : median([...values]));

/** A factor around 1 whose median is 1; at most four standard deviations. */
export function factor(spread: number, ...seeds: readonly number[]): number {
  return Math.exp(spread * Math.max(-4, Math.min(4, normal(createRandom(...seeds)))));
}

/** Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
}
