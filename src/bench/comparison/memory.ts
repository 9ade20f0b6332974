import { createRandom } from '../random.ts';
import type { CompleteSamples } from '../samples/complete.ts';
import { medianInterval } from '../statistics/median-interval.ts';
import { median } from '../statistics/quantile.ts';
import { benjaminiHochberg, pairsToFindOne, signFlipP } from '../statistics/sign-flip.ts';
import type { MemoryRow } from '../types.ts';
import { judge, LEAST_CHANGE } from './verdict.ts';

const RATE = 0.05;
const WORDS = { slower: 'more', faster: 'less', 'no-change': 'same', inconclusive: 'inconclusive' } as const;
const MEASURES = ['peakRssBytes', 'pssBytes'] as const;

/**
 * The memory of tests that have a process of their own, in the same pairs and by the same rules as time: the median over
 * pairs of log(patched / baseline) with its interval, sign flips, a false discovery rate of 5% for each of the two
 * measures, and 1% as the least change that counts. Pairs in which all values agree to the byte are `exact`.
 */
export function memoryRows({ header, samples }: CompleteSamples): readonly MemoryRow[] {
  return MEASURES.flatMap((measure) => {
    const tests = [...Map.groupBy(samples, ({ test }) => test)].flatMap(([test, own]) => {
      const before = new Map(
        own.flatMap((one) => (one.variant === 'baseline' ? [[one.pair, one[measure]] as const] : [])),
      );
      const pairs = own.flatMap(({ pair, variant, [measure]: after }) => {
        const bytes = variant === 'patched' ? before.get(pair) : undefined;
        return bytes === undefined || after === undefined ? [] : [{ before: bytes, after }];
      });
      const logs = pairs.map(({ before, after }) => Math.log(after / before));
      return logs.length === 0 ? [] : [{ test, pairs, logs, p: signFlipP(logs, createRandom(header.settings.seed)) }];
    });
    const qs = benjaminiHochberg(tests.map(({ p }) => p));
    const rules = {
      ...{ threshold: LEAST_CHANGE, falseDiscoveryRate: RATE },
      pairsNeeded: pairsToFindOne(tests.length, RATE),
    };
    return tests.map(({ test, pairs, logs }, index): MemoryRow => {
      const found = { median: median(logs), ...medianInterval(logs), q: qs[index] ?? 1, pairs: logs.length };
      const [first] = pairs;
      const exact = pairs.every(({ before, after }) => before === first?.before && after === first.after);
      return {
        ...{ test, measure, verdict: WORDS[judge(found, rules).verdict], q: found.q, pairs: logs.length },
        ...(exact ? { exact } : {}),
        baselineBytes: median(pairs.map(({ before }) => before)),
        patchedBytes: median(pairs.map(({ after }) => after)),
        estimate: { ratio: Math.exp(found.median), low: Math.exp(found.low), high: Math.exp(found.high) },
      };
    });
  });
}
