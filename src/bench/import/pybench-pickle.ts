import { UserError } from '../../system/diagnostic.ts';
import { byCodeUnit } from '../../system/hash.ts';
import { least, mean } from '../statistics/quantile.ts';
import { PickleRecord, type PickleValue, readPickle } from './pickle.ts';
import type { ImportedBenchmark, ImportedTest } from './types.ts';

/** A pickle of protocol 2 and later says so; pybench's own of protocol 0 begins with the instance. */
export function looksLikePickle(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  return head.startsWith('\x80') || /^\(i[\w.]+\n\w+\n/.test(head) || /^c(copy_?reg|__main__)\n/.test(head);
}

/**
 * What `pybench.py -f FILE` wrote, read without trust. Times as its own report has them: the minimum and the mean of the
 * rounds, the empty loop subtracted.
 * @throws UserError when it is not a benchmark of pybench.
 */
export function readPybenchPickle(bytes: Uint8Array, file: string): ImportedBenchmark {
  const found = readPickle(bytes, file);
  const benchmark = fields(found);
  const tests = benchmark?.get('tests');
  if (!(found instanceof PickleRecord) || !found.className.endsWith('.Benchmark') || !(tests instanceof Map)) {
    throw new UserError({
      code: 'bench/not-pybench-pickle',
      message: 'this pickle holds no benchmark of pybench',
      place: { file },
      hint: 'import what `pybench.py -f FILE` wrote, or the text that it printed',
    });
  }
  const machine = benchmark?.get('machine_details');
  const detail = (name: string) => (machine instanceof Map ? text(machine.get(name)) : undefined);
  return {
    source: file,
    form: 'pybench-pickle',
    version: versionText(benchmark?.get('version')),
    rounds: number(benchmark?.get('rounds')),
    warp: number(benchmark?.get('warp')),
    timer: text(benchmark?.get('timer')),
    pythonVersion: detail('python'),
    implementation: detail('implementation'),
    compiler: detail('compiler'),
    build: detail('buildno'),
    executable: detail('executable'),
    platform: detail('platform'),
    tests: [...tests].flatMap(([name, own]) => testOf(name, own, file)).sort((a, b) => byCodeUnit(a.test, b.test)),
  };
}

function testOf(name: PickleValue, value: PickleValue, file: string): ImportedTest[] {
  const own = fields(value);
  const times = own?.get('times');
  if (typeof name !== 'string' || own === undefined || !Array.isArray(times)) return [];
  // 2.0 keeps the effective time of each round; 1.x kept (effective, absolute, overhead).
  const seconds = times.map((one) => (Array.isArray(one) ? one[0] : one)).filter((one) => typeof one === 'number');
  if (seconds.length === 0) return [];
  if (!seconds.every((one) => Number.isFinite(one) && one >= 0)) {
    throw new UserError({
      code: 'bench/not-a-time',
      message: `this pickle has a time of ${name} that is none (negative, infinite, or not a number)`,
      place: { file },
      hint: 'measure again there; nothing is compared with such a time',
    });
  }
  return [
    {
      test: name,
      minMs: least(seconds) * 1000,
      avgMs: mean(seconds) * 1000,
      rounds: number(own.get('rounds')),
      operations: number(own.get('operations')),
      version: number(own.get('version')),
    },
  ];
}

function fields(value: PickleValue | undefined): Map<PickleValue, PickleValue> | undefined {
  if (!(value instanceof PickleRecord)) return undefined;
  // A class with slots has (dict, slots).
  const state = Array.isArray(value.state) ? value.state[0] : value.state;
  return state instanceof Map ? state : undefined;
}

const number = (value: PickleValue | undefined) => (typeof value === 'number' ? value : undefined);
const text = (value: PickleValue | undefined) => (typeof value === 'string' && value !== '' ? value : undefined);
const versionText = (value: PickleValue | undefined) => (typeof value === 'number' ? value.toFixed(1) : text(value));
