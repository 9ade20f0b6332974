import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBackground } from '../../src/system/background.ts';
import { groupRuns } from '../../src/system/process-group.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-background-'));
});
afterAll(() => rm(folder, { recursive: true }));

const here = () => ({ cwd: folder, env: { PATH: process.env.PATH }, signal: new AbortController().signal });
const file = (name: string) => readFile(path.join(folder, name), 'utf8').catch(() => undefined);

test('ends with its group when it is told to, and what waits for a death does nothing then', async () => {
  const server = await startBackground('sleep', ['60'], { ...here(), afterDeath: ['touch', 'told'] });
  expect(groupRuns(server.pid)).toBe(true);
  await server.end();
  expect(server.ended()).toBe(true);
  expect(groupRuns(server.pid)).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await file('told')).toBeUndefined();
});

test.each([
  ['killed', (pid: number) => process.kill(pid, 'SIGKILL'), true],
  ['at its end', (pid: number) => process.kill(pid, 'SIGUSR2'), false],
])('when the process that started it is %s, it ends', async (name, end, byDeath) => {
  const module = path.resolve(import.meta.dirname, '../../src/system/background.ts');
  const script = path.join(folder, `${byDeath}.mjs`);
  await writeFile(
    script,
    `import { startBackground } from ${JSON.stringify(module)};
     const server = await startBackground('sleep', ['60'], { cwd: ${JSON.stringify(folder)}, env: { PATH: process.env.PATH },
       signal: new AbortController().signal, afterDeath: ['/bin/sh', '-c', 'echo dead > ${byDeath}.txt; kill $(cat pid)'] });
     process.on('SIGUSR2', () => process.exit(0));
     console.log(server.pid);
     setInterval(() => {}, 1000);\n`,
  );
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = Number(await new Promise((resolve) => child.stdout.once('data', resolve)));
  await writeFile(path.join(folder, 'pid'), String(pid));
  end(child.pid ?? 0);
  await expect.poll(() => groupRuns(pid), { timeout: 10_000, message: name }).toBe(false);
  expect(await file(`${byDeath}.txt`)).toBe(byDeath ? 'dead\n' : undefined);
});
