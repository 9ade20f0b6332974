/**
 * A stand-in for GitHub's cache and artifact services, as far as the toolkit's own clients speak to them: Twirp calls
 * with JSON, and block blobs by signed addresses. What is kept lies on disk.
 */
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';

export interface Services {
  /** For ACTIONS_RESULTS_URL. */
  readonly url: string;
  /** For ACTIONS_RUNTIME_TOKEN: a token that names a run and a job, signed by nobody. */
  readonly token: string;
  /** Artifacts that were finished: name → the zip's file. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** Cache entries that were finished: key → the archive's file. */
  readonly caches: ReadonlyMap<string, string>;
  /** How often each method was called. */
  readonly calls: Readonly<Record<string, number>>;
  /** From now on every call is answered with an error. */
  breakDown(): void;
  close(): Promise<void>;
}

export async function startServices(folder: string): Promise<Services> {
  await mkdir(folder, { recursive: true });
  const artifacts = new Map<string, string>();
  const caches = new Map<string, string>();
  const calls: Record<string, number> = {};
  let broken = false;
  let blobs = 0;
  const pending = new Map<string, string>();
  let url = '';
  const newBlob = (what: string): string => {
    blobs += 1;
    pending.set(what, path.join(folder, `blob-${blobs}`));
    return `${url}/blobs/blob-${blobs}?sig=signed-${blobs}`;
  };
  const methods: Readonly<Record<string, (body: Record<string, string>) => object>> = {
    CreateArtifact: ({ name }) => ({ ok: true, signed_upload_url: newBlob(`artifact ${name}`) }),
    FinalizeArtifact: ({ name = '' }) => {
      artifacts.set(name, pending.get(`artifact ${name}`) ?? '');
      return { ok: true, artifact_id: String(artifacts.size) };
    },
    CreateCacheEntry: ({ key = '', version }) =>
      caches.has(key) ? { ok: false } : { ok: true, signed_upload_url: newBlob(`cache ${key} ${version}`) },
    FinalizeCacheEntryUpload: ({ key = '', version }) => {
      caches.set(key, pending.get(`cache ${key} ${version}`) ?? '');
      return { ok: true, entry_id: String(caches.size) };
    },
    GetCacheEntryDownloadURL: ({ key = '' }) => {
      const file = caches.get(key);
      if (file === undefined) return { ok: false };
      return { ok: true, matched_key: key, signed_download_url: `${url}/blobs/${path.basename(file)}?sig=signed` };
    },
  };
  const server = createServer((request, response) => {
    const answer = broken ? fail(request, response) : handle(request, response);
    answer.catch((error) => response.writeHead(500).end(String(error)));
  });
  async function fail(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await buffer(request);
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"code":"internal","msg":"out of order"}');
  }
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const to = new URL(request.url ?? '/', url);
    const [, kind, name = ''] = to.pathname.split('/');
    if (kind === 'blobs') return blob(path.join(folder, name), to.searchParams, request, response);
    const method = to.pathname.split('/').at(-1) ?? '';
    calls[method] = (calls[method] ?? 0) + 1;
    const body = JSON.parse((await buffer(request)).toString() || '{}') as Record<string, string>;
    const known = methods[method];
    if (request.headers.authorization !== `Bearer ${token}` || known === undefined) {
      response.writeHead(known === undefined ? 404 : 401).end('{}');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(known(body)));
  }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'none' })}.${part({ scp: 'Actions.Results:run-1:job-1', exp: 4_000_000_000 })}.x`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${url}/`,
    token,
    artifacts,
    caches,
    calls,
    breakDown: () => {
      broken = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Block blobs: whole, or as blocks and then their list; read whole or by range. */
async function blob(file: string, query: URLSearchParams, request: IncomingMessage, response: ServerResponse) {
  if (request.method === 'PUT') {
    const data = await buffer(request);
    switch (query.get('comp')) {
      case 'block':
        await writeFile(`${file}.${Buffer.from(query.get('blockid') ?? '').toString('hex')}`, data);
        break;
      case 'blocklist':
        await writeFile(file, '');
        for (const [, id] of data.toString().matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g))
          await appendFile(file, await readFile(`${file}.${Buffer.from(id ?? '').toString('hex')}`));
        break;
      default:
        await writeFile(file, data);
    }
    response.writeHead(201, { etag: '"1"', 'x-ms-request-id': '1', 'last-modified': new Date(0).toUTCString() }).end();
    return;
  }
  const { size } = await stat(file);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const [start, end] =
    range === null ? [0, size - 1] : [Number(range[1]), Math.min(size - 1, Number(range[2] || size))];
  response.writeHead(range === null ? 200 : 206, {
    'content-length': end - start + 1,
    'content-type': 'application/octet-stream',
    ...(range === null ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file, { start, end }).pipe(response);
}
