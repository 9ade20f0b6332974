/**
 * GitHub's REST API as GitHub describes it, mocked by Prism, which is not ours: it answers a request that does not fit
 * the description with 422, and tells what is wrong with it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../src/system/cache-folder.ts';

/** 475 MB, so they are got when this test first runs, and not with every checkout. */
const PACKAGES = ['@stoplight/prism-cli@5.16.0', '@octokit/openapi@23.0.2'];

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
}

export interface Github {
  /** For GITHUB_API_URL. */
  readonly url: string;
  /** All requests so far, with what Prism answered. */
  readonly exchanges: readonly Exchange[];
  /** Answers of another kind for what only real data can show; by `METHOD /path`. Prism sees the request first, and must take it. */
  readonly instead: Map<string, unknown>;
  close(): Promise<void>;
}

async function prismFolder(): Promise<string> {
  const folder = path.join(
    cacheFolder(process.env),
    'test-tools',
    `prism-${PACKAGES.join('+').replace(/[^\w.+-]+/g, '-')}`,
  );
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  await writeFile(path.join(fresh, 'package.json'), '{"private": true}');
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', ...PACKAGES];
  await promisify(execFile)('npm', args, { cwd: fresh, timeout: 10 * 60_000 });
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
  return folder;
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const socket = createSocket();
    socket.listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });

/** Starts Prism, and before it a recorder that passes every request on to it. Some twenty seconds. */
export async function startGithub(): Promise<Github> {
  const folder = await prismFolder();
  const port = await freePort();
  const description = path.join(folder, 'node_modules/@octokit/openapi/generated/api.github.com.json');
  const bin = path.join(folder, 'node_modules/@stoplight/prism-cli/dist/index.js');
  const prism = spawn(
    process.execPath,
    [bin, 'mock', '--host', '127.0.0.1', '--port', String(port), '--errors', description],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  await listening(prism);
  const exchanges: Exchange[] = [];
  const instead = new Map<string, unknown>();
  const recorder = createServer(async (request, response) => {
    const body = await buffer(request);
    const key = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    // An example in the description may not fit the description itself; where the answer is replaced anyway, Prism makes one up.
    const prefer = instead.has(key) ? { prefer: 'dynamic=true' } : {};
    const target = {
      host: '127.0.0.1',
      port,
      path: request.url,
      method: request.method,
      headers: { ...request.headers, ...prefer },
    };
    const passed = forward(target, async (answered) => {
      const answer = await buffer(answered);
      const status = answered.statusCode ?? 0;
      exchanges.push({
        method: request.method ?? '',
        path: request.url ?? '',
        body: body.toString(),
        status,
        answer: answer.toString(),
      });
      const other = status < 400 ? instead.get(key) : undefined;
      const sent = other === undefined ? answer : Buffer.from(JSON.stringify(other));
      response.writeHead(status, { 'content-type': answered.headers['content-type'] ?? 'application/json' }).end(sent);
    });
    passed.on('error', (error) => response.writeHead(502).end(String(error)));
    passed.end(body);
  });
  await new Promise<void>((resolve) => recorder.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`,
    exchanges,
    instead,
    close: async () => {
      prism.kill();
      recorder.closeAllConnections();
      await new Promise<void>((resolve) => recorder.close(() => resolve()));
    },
  };
}

function listening(prism: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const read = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Prism is listening')) resolve();
    };
    prism.stdout?.on('data', read);
    prism.stderr?.on('data', read);
    prism.on('exit', () => reject(new Error(`Prism did not start:\n${said}`)));
  });
}
