import { UserError } from '../../system/diagnostic.ts';
import type { ImportedBenchmark, ImportedTest } from './types.ts';

// pybench.py 2.0 and 2.1, print_benchmark and print_comparison.
const SINGLE = /^\s*(\w+):\s+(\d+)ms\s+(\d+)ms\s+\d+\.\d\dus\s+\d+\.\d{3}ms$/;
const ROW =
  /^\s*(\w+):\s+(\d+)ms\s+(\d+)ms\s+(?:[+-]\s*\d+\.\d%|n\/a|)\s+(\d+)ms\s+(\d+)ms\s+(?:[+-]\s*\d+\.\d%|n\/a|)\s*$/;
const ROUND = /^\* Round (\d+) done in (\d+\.\d{3}) seconds\.$/;
const FACT = /^\s*(Rounds|Warp|Timer|Platform ID|Implementation|Executable|Version|Compiler|Build):\s*(.*?)\s*$/;

export function looksLikePybenchText(text: string): boolean {
  return /^PYBENCH \d/m.test(text) || /^Test\s+minimum/m.test(text);
}

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
