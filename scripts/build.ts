/** Bundles the command line into build/: one entry, a chunk a command, the parsers' WASM, and what is not TypeScript. */
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { parse } from 'yaml';
import { BAKED_ASSET, bake } from '../src/recipe/baked.ts';
import { parseRecipe } from '../src/recipe/parse.ts';
import { PROGRAMS } from '../src/system/assets.ts';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'build');
const fresh = path.join(root, 'build.new');
const started = Date.now();
const LAST = ['forkwright.js', '.stamp'];

await rm(fresh, { recursive: true, force: true });
const bundle = await rolldown({
  input: {
    forkwright: path.join(root, 'src/cli/forkwright.ts'),
    ...Object.fromEntries(Object.entries(PROGRAMS).map(([name, file]) => [name, path.join(root, 'src', file)])),
  },
  platform: 'node',
  checks: { circularDependency: true },
  // Libraries are as they are; what is said of our own code counts.
  onLog: (level, log, say) => {
    if (!`${log.id ?? ''} ${log.message}`.includes('node_modules/')) say(level, log);
  },
});
await bundle.write({
  dir: fresh,
  format: 'esm',
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
  chunkFileNames: 'chunks/[name]-[hash].js',
  banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
});
await chmod(path.join(fresh, 'forkwright.js'), 0o755);
for (const room of await readdir(path.join(root, 'src'))) {
  await cp(path.join(root, 'src', room, 'assets'), path.join(fresh, 'assets', room), { recursive: true }).catch(
    (error) => {
      if (error.code !== 'ENOENT') throw error;
    },
  );
}
await mkdir(path.join(fresh, 'assets/wasm'), { recursive: true });
for (const wasm of ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-c/tree-sitter-c.wasm']) {
  await cp(path.join(root, 'node_modules', wasm), path.join(fresh, 'assets/wasm', path.basename(wasm)));
}
const baked: Record<string, unknown> = {};
for (const name of (await readdir(path.join(root, 'recipes'))).filter((file) => file.endsWith('.yaml'))) {
  const bytes = await readFile(path.join(root, 'recipes', name));
  const { loaded } = parseRecipe(name, bytes);
  // A recipe with a mistake is told when it is asked for, as every recipe is.
  if (loaded !== undefined) baked[loaded.hash] = bake(loaded, parse(bytes.toString()));
}
await mkdir(path.dirname(path.join(fresh, 'assets', BAKED_ASSET)), { recursive: true });
await writeFile(path.join(fresh, 'assets', BAKED_ASSET), JSON.stringify(baked));
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
