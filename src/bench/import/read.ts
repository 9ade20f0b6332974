import { readFile } from 'node:fs/promises';
import { UserError } from '../../system/diagnostic.ts';
import { withFileProblems } from '../../system/files.ts';
import { byCodeUnit } from '../../system/hash.ts';
import { looksLikeBundleResults } from '../bundle/results.ts';
import { parseSamples } from '../samples/read.ts';
import { least, mean } from '../statistics/quantile.ts';
import type { SampleLine } from '../types.ts';
import { PickleRecord, type PickleValue, readPickle } from './pickle.ts';
import { isGzip, looksLikePyperf, type PyperfFile, readPyperf, unzipped } from './pyperf.ts';
import type { ImportedBenchmark, ImportedTest } from './types.ts';

export type Imported =
  | { readonly kind: 'benchmark'; readonly self: ImportedBenchmark; readonly other?: ImportedBenchmark | undefined }
  | { readonly kind: 'pyperf'; readonly file: PyperfFile }
  | {
      readonly kind: 'samples';
      readonly source: string;
      readonly lines: readonly SampleLine[];
      readonly torn: boolean;
    };

/**
 * Reads pybench's text, pybench's pickle, pyperf's JSON (also packed by gzip) or our JSON lines, told apart by their content.
 * @throws UserError when it is none of them, or damaged.
 */
export async function readImported(file: string): Promise<Imported> {
  const read = await withFileProblems('read the results', () => readFile(file));
  const bytes = isGzip(read) ? unzipped(read, file) : read;
  if (looksLikePickle(bytes)) return { kind: 'benchmark', self: readPybenchPickle(bytes, file) };
  const text = decode(bytes);
  if (/^\s*\{\s*"type"\s*:\s*"header"/.test(text)) {
    const { lines, torn } = parseSamples(ended(text), file);
    return { kind: 'samples', source: file, lines, torn };
  }
  if (looksLikePyperf(text)) return { kind: 'pyperf', file: readPyperf(text, file) };
  if (looksLikeBundleResults(text)) {
    throw new UserError({
      code: 'bench/needs-run',
      message: 'these are the results of a bundle, which belong to the run that it was made from',
      place: { file },
      hint: `name the run, as the bundle’s README.txt does: forkwright import-results ${file} --run RUN`,
    });
  }
  if (/^PYBENCH \d/m.test(text) || /^Test\s+minimum/m.test(text))
    return { kind: 'benchmark', ...readPybenchText(text, file) };
  throw new UserError({
    code: 'bench/unknown-results',
    message: 'these are no results that can be read',
    place: { file },
    hint: 'bring what pybench.py printed, what its -f wrote, JSON of pyperf, or the samples/*.jsonl of a run',
  });
}

/** A last line that is whole and lacks only its end is not torn: editors and shells cut it off. */
function ended(text: string): string {
  const last = text.slice(text.lastIndexOf('\n') + 1);
  try {
    if (last !== '') JSON.parse(last);
    return last === '' ? text : `${text}\n`;
  } catch {
    return text;
  }
}

/** Windows' shells write UTF-16 when output is redirected. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le').replace(/^\ufeff/, '');
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

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

// pybench.py 2.0 and 2.1, print_benchmark and print_comparison.
const SINGLE = /^\s*(\w+):\s+(\d+)ms\s+(\d+)ms\s+\d+\.\d\dus\s+\d+\.\d{3}ms$/;
const ROW =
  /^\s*(\w+):\s+(\d+)ms\s+(\d+)ms\s+(?:[+-]\s*\d+\.\d%|n\/a|)\s+(\d+)ms\s+(\d+)ms\s+(?:[+-]\s*\d+\.\d%|n\/a|)\s*$/;
const ROUND = /^\* Round (\d+) done in (\d+\.\d{3}) seconds\.$/;
const FACT = /^\s*(Rounds|Warp|Timer|Platform ID|Implementation|Executable|Version|Compiler|Build):\s*(.*?)\s*$/;

/**
 * Reads what stock pybench printed: a benchmark alone, or a comparison with another. Everything around it (a shell's
 * prompt, other output) is passed over.
 * @returns `self`: the benchmark itself; `other`: the one that it was compared with (`-c`).
 * @throws UserError when there is no table in it: pybench aborts without one, and exits 0.
 */
export function readPybenchText(text: string, file: string) {
  const lines = text.split(/\r?\n/);
  const single: ImportedTest[] = [];
  const own: ImportedTest[] = [];
  const other: ImportedTest[] = [];
  for (const line of lines) {
    const alone = SINGLE.exec(line);
    const row = ROW.exec(line);
    if (alone !== null && alone[1] !== 'Totals') single.push(test(alone[1], alone[2], alone[3]));
    else if (row !== null && row[1] !== 'Totals') {
      const [, name, minThis, minOther, avgThis, avgOther] = row;
      // What ran on one side only is 0 ms on the other.
      if (Number(minThis) > 0 || Number(avgThis) > 0) own.push(test(name, minThis, avgThis));
      if (Number(minOther) > 0 || Number(avgOther) > 0) other.push(test(name, minOther, avgOther));
    }
  }
  const tests = own.length > 0 ? own : single;
  if (tests.length === 0) throw noTable(lines, file);
  const at = lines.findIndex((line) => line.startsWith('Comparing with:'));
  const version = /^PYBENCH (\S+)/m.exec(text)?.[1];
  const self = benchmark(file, version, at < 0 ? lines : lines.slice(0, at), tests);
  if (at < 0 || other.length === 0) return { self };
  const name = /^Comparing with:\s*(.*?)\s*$/.exec(lines[at] ?? '')?.[1];
  return { self, other: benchmark(`${file} (compared with ${name ?? 'another'})`, version, lines.slice(at), other) };
}

const test = (name = '', min = '0', avg = '0') => ({ test: name, minMs: Number(min), avgMs: Number(avg) });

function benchmark(
  source: string,
  version: string | undefined,
  lines: readonly string[],
  tests: readonly ImportedTest[],
): ImportedBenchmark {
  const facts = new Map<string, string>();
  for (const line of lines) {
    const match = FACT.exec(line);
    if (match !== null && match[2] !== '' && !facts.has(match[1] ?? '')) facts.set(match[1] ?? '', match[2] ?? '');
  }
  const numeric = (name: string) => (facts.has(name) ? Number(facts.get(name)) : undefined);
  return {
    source,
    form: 'pybench-text',
    version,
    rounds: numeric('Rounds'),
    warp: numeric('Warp'),
    timer: facts.get('Timer'),
    pythonVersion: facts.get('Version'),
    implementation: facts.get('Implementation'),
    compiler: facts.get('Compiler'),
    build: facts.get('Build'),
    executable: facts.get('Executable'),
    platform: facts.get('Platform ID'),
    stepMs: 1,
    tests,
  };
}

function noTable(lines: readonly string[], file: string): UserError {
  const rounds = lines.filter((line) => ROUND.test(line)).length;
  const last = lines.findLast((line) => line.trim() !== '')?.trim() ?? 'nothing';
  return new UserError({
    code: 'bench/no-pybench-table',
    message: `there is no table of pybench in it${rounds === 0 ? '' : `, though ${rounds} rounds were done`}: it ends with "${last.slice(0, 120)}"`,
    place: { file },
    hint: 'pybench stops without a table when a test is too short for its clock (and exits with 0): use a smaller -w there',
  });
}
