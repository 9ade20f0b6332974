/** Bundles the command line into build/: one entry, a chunk a command, the parsers' WASM, and what is not TypeScript. */
import { chmod, cp, mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'build');
const fresh = path.join(root, 'build.new');
const started = Date.now();

await rm(fresh, { recursive: true, force: true });
const bundle = await rolldown({
  input: { forkwright: path.join(root, 'src/cli/main.ts') },
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
// The stamp says that the build is newer than every source: it carries the time of the start, not of the end.
await writeFile(path.join(fresh, '.stamp'), '');
await utimes(path.join(fresh, '.stamp'), started / 1000, started / 1000);
await rm(out, { recursive: true, force: true });
await rename(fresh, out);
