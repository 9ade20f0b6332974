import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PRELUDE } from './programs.ts';

/** The settings of the programs' `#if`s. */
const SETTINGS = [[], ['-DA'], ['-DB_'], ['-DA', '-DB_']];

/** One program as it is meant and as it became. */
export interface Pair {
  readonly before: string;
  readonly after: string;
}

/**
 * What differs, by the pair's number: another output, or no C any more. Many programs are one compilation. What is no C
 * before, under a setting, is not looked at from there on.
 */
export function differing(pairs: readonly Pair[]): ReadonlyMap<number, string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'meaning-'));
  const out = new Map<number, string>();
  try {
    let good = pairs.map((_, n) => n);
    for (const setting of SETTINGS) {
      const run = (side: 'before' | 'after', only: readonly number[], options: readonly string[]) => {
        let left = only;
        for (;;) {
          const ran = outputs(
            folder,
            pairs.map((p, n) => (left.includes(n) ? p[side] : undefined)),
            options,
          );
          const broken = new Map(
            [...ran.errors.matchAll(/^case(\d+)\.c:.*(?:error:|in expansion of macro).*$/gm)].map((m) => [
              Number(m[1]),
              m[0],
            ]),
          );
          if (broken.size === 0 && ran.errors !== '') throw new Error(ran.errors.slice(0, 2000));
          if (side === 'after') for (const [n, error] of broken) out.set(n, `with ${setting.join(' ')}: ${error}`);
          left = left.filter((n) => !broken.has(n));
          if (broken.size === 0) return { lines: ran.lines, left };
        }
      };
      const was = run('before', good, setting);
      good = was.left.filter((n) => !out.has(n));
      const now = run('after', good, [...setting, '-DAFTER']);
      for (const n of now.left) {
        const [a, b] = [was.lines.get(n), now.lines.get(n)];
        if (a !== b) out.set(n, `with ${setting.join(' ')}: ${firstDifference(a, b)}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return out;
}

function firstDifference(was = '', now = ''): string {
  const [a, b] = [was.split('\n'), now.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  return `${a[at]} became ${b[at]}`;
}

function outputs(folder: string, sources: readonly (string | undefined)[], options: readonly string[]) {
  const file = path.join(folder, 'all.c');
  const there = sources.flatMap((source, n) => (source === undefined ? [] : [{ source, n }]));
  const names = ['f', 'g', 'h', 'Four', 'rows', 'added', 'renamed'];
  const cases = there.map(
    ({ source, n }) =>
      `${names.map((f) => `#define ${f} ${f}${n}`).join('\n')}\n#line 1 "case${n}.c"\n${source}\n${names.map((f) => `#undef ${f}`).join('\n')}`,
  );
  const calls = there.map(
    ({ n }) =>
      `    for (long a = -2; a < 4; a++) for (long b = -1; b < 3; b++) { trace = count = 0; long r = f${n}(a, b); printf("${n} %ld %ld %ld %ld\\n", a, b, r, trace); }`,
  );
  writeFileSync(
    file,
    `${PRELUDE}\n${cases.join('\n')}\n#line 1 "main.c"\nint main(void)\n{\n${calls.join('\n')}\n    return 0;\n}\n`,
  );
  const program = path.join(folder, 'all');
  const made = spawnSync(
    'gcc',
    [
      '-std=gnu11',
      '-O0',
      '-w',
      '-fwrapv',
      '-fmax-errors=0',
      '-fno-diagnostics-show-caret',
      ...options,
      '-o',
      program,
      file,
    ],
    { encoding: 'utf8', timeout: 120_000 },
  );
  if (made.status !== 0) return { errors: made.stderr || String(made.error), lines: new Map<number, string>() };
  const ran = spawnSync(program, { encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 28 });
  if (ran.status !== 0) throw new Error(`the programs ended with ${ran.status ?? ran.signal}`);
  const lines = new Map<number, string>();
  for (const line of ran.stdout.split('\n')) {
    const n = Number(line.split(' ', 1)[0]);
    lines.set(n, `${lines.get(n) ?? ''}${line}\n`);
  }
  return { errors: '', lines };
}
