import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type PlanRequest, planBundle } from '../../../src/bench/bundle/plan.ts';
import { commandScript, shellScript } from '../../../src/run/bundle/run-script.ts';
import { runProcess } from '../../../src/system/process.ts';
import { quoted } from '../../../src/system/quote.ts';

const side = (variant: 'baseline' | 'patched', pythonVersion: string) => ({
  ...{ variant, pythonVersion, buildKey: variant, sha256: 'a'.repeat(64) },
});
const planOf = (pythonVersion: string, memory = true) => {
  const request: PlanRequest = {
    ...{ run: "it's $(a run)", target: 'board', suite: 'pybench', identity: {}, tests: ['T'], mirrored: true, memory },
    settings: { pairs: 2, seed: 1, testTimeoutMs: 1000, blockMs: 1, repeats: 1 },
    sides: [side('baseline', pythonVersion), side('patched', pythonVersion)],
  };
  return planBundle(request);
};

const sh = async (...args: readonly string[]) =>
  runProcess('sh', args, { cwd: '/', env: { PATH: process.env.PATH }, timeoutMs: 20_000 });

test.each(["it's", '$(touch x)', '`x`', 'a"b\\', "'", 'new\nline', '-n'])('%j is one word of a shell', async (text) => {
  expect((await sh('-c', `printf %s ${quoted(text)}`)).stdout).toBe(text);
});

test.each(['linked', 'preloaded', undefined] as const)(
  'run.sh with a %s counter is shell without mistakes',
  async (counter) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'fw-run-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const plan = planOf('2.7.18', counter !== undefined);
    const script = shellScript(plan, counter, false);
    await writeFile(path.join(folder, 'run.sh'), script);
    const checked = await sh('-n', path.join(folder, 'run.sh'));
    expect(checked.stderr).toBe('');
    const steps = script.split('\n').flatMap((line) => /^(?:step|memory) (\d+) /.exec(line)?.[1] ?? []);
    // A memory step's code spans lines: each step is named once, in order, and none is lost.
    expect(steps.map(Number)).toEqual(plan.steps.map(({ step }) => step));
    expect(script).not.toContain('@LIBRARY');
    expect(script).not.toContain('LD_LIBRARY_PATH');
    expect(shellScript(plan, counter, true)).toContain('LD_LIBRARY_PATH="$HERE/$2/lib"');
  },
);

test('pymalloc is switched off as the version wants it, and not where it is what is measured', () => {
  const old = shellScript(planOf('2.7.18'), 'linked', false);
  const young = shellScript(planOf('3.9.2'), 'linked', false);
  // Two points of two figures on two sides; `taken` is with pymalloc.
  expect(old.match(/FORKWRIGHT_MEMORY_PYMALLOC=off/g)).toHaveLength(8);
  expect(young.match(/PYTHONMALLOC=malloc/g)).toHaveLength(8);
  expect(young).not.toContain('FORKWRIGHT_MEMORY_PYMALLOC');
});

test('an interpreter that cannot be started ends run.sh with a sentence, at once', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fw run '));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, 'run.sh'), shellScript(planOf('2.7.18'), undefined, false));
  const ran = await sh(path.join(folder, 'run.sh'));
  expect(ran.exitCode).toBe(1);
  expect(ran.stderr).toMatch(/step 1 was not done \(exit code 127\): start .*run\.sh again/);
});

test('run.cmd has the steps that run.py does, and lines as Windows ends them', () => {
  const plan = planOf('3.9.2');
  const script = commandScript(plan);
  const steps = [...script.matchAll(/^call :step (\d+) ([AB]) \d+ \|\| exit \/b 1\r$/gm)].map(([, step]) =>
    Number(step),
  );
  expect(steps).toEqual(plan.steps.filter(({ kind }) => kind !== 'memory').map(({ step }) => step));
  expect(script.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
});
