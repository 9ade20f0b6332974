import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followLog, type LogState } from '../../src/builds/log-follow.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fw-log-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('tells the last telling line and the number of compile commands, lines cut in half included', async () => {
  const log = path.join(folder, 'make.log');
  const states: LogState[] = [];
  const stop = followLog(log, (state) => states.push(state), 5);
  await appendFile(log, 'gcc -c -O3 -o Objects/a.o ../src/Objects/a.c\ngcc -c -o b.o ../src/Py');
  await expect.poll(() => states.at(-1)).toEqual({ lastLine: 'compiling Objects/a.c', compiled: 1 });
  await appendFile(log, 'thon/b.c\n../src/Python/b.c:1:2: warning: unused\n   1 | int x;\n      |     ^\n');
  await expect.poll(() => states.at(-1)).toEqual({ lastLine: 'compiling Python/b.c', compiled: 2 });
  await appendFile(log, 'ar rc libpython2.7.a\n');
  await stop();
  expect(states.at(-1)).toEqual({ lastLine: 'ar rc libpython2.7.a', compiled: 2 });
});

test('a log that never comes is no error', async () => {
  const stop = followLog(path.join(folder, 'none'), () => {}, 5);
  await stop();
});
