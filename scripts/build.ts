/** Bundles the command line into build/: one entry, a chunk a command, the parsers' WASM, and what is not TypeScript. */
import { chmod, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { onLog, PROGRAM_INPUTS, writeAssets } from './bundle.ts';
import { licences } from './licences.ts';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'build');
const fresh = path.join(root, 'build.new');
const started = Date.now();
const LAST = ['forkwright.js', '.stamp'];

await rm(fresh, { recursive: true, force: true });
const bundle = await rolldown({
  input: {
    forkwright: path.join(root, 'src/cli/forkwright.ts'),
    ...PROGRAM_INPUTS,
  },
  platform: 'node',
  checks: { circularDependency: true },
  onLog,
  plugins: [licences(root)],
});
await bundle.write({
  dir: fresh,
  format: 'esm',
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
  chunkFileNames: 'chunks/[name]-[hash].js',
  banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
});
await chmod(path.join(fresh, 'forkwright.js'), 0o755);
await writeAssets(fresh);
// The stamp says that the build is newer than every source: it carries the time of the start, not of the end.
await writeFile(path.join(fresh, '.stamp'), '');
await utimes(path.join(fresh, '.stamp'), started / 1000, started / 1000);
// Chunks that a running forkwright has yet to load must stay: new files are laid beside the old ones, the entry and the
// stamp last, and chunks of earlier builds go after a day.
const files = (await readdir(fresh, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
const names = files.map((entry) => path.relative(fresh, path.join(entry.parentPath, entry.name)));
for (const name of [...names.filter((n) => !LAST.includes(n)), ...LAST]) {
  await mkdir(path.dirname(path.join(out, name)), { recursive: true });
  await rename(path.join(fresh, name), path.join(out, name));
}
await rm(fresh, { recursive: true, force: true });
for (const name of await readdir(path.join(out, 'chunks'))) {
  const chunk = path.join(out, 'chunks', name);
  if (names.includes(path.join('chunks', name)) || Date.now() - (await stat(chunk)).mtimeMs < 86_400_000) continue;
  await rm(chunk);
}
