/**
 * Bundles the GitHub Action into dist/, which is committed: GitHub runs it as it lies in the repository.
 * usage: node scripts/build-action.ts [OUT]      (default: dist)
 * The same sources give the same bytes, wherever they lie: test/action/dist.test.ts rebuilds it and compares.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { onLog, PROGRAM_INPUTS, writeAssets } from './bundle.ts';
import { licences } from './licences.ts';

const root = path.resolve(import.meta.dirname, '..');
const out = path.resolve(process.argv[2] ?? path.join(root, 'dist'));

await rm(out, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: { main: path.join(root, 'src/action/main.ts'), ...PROGRAM_INPUTS },
  platform: 'node',
  checks: { circularDependency: true },
  onLog,
  plugins: [licences(root)],
});
await bundle.write({
  dir: out,
  format: 'esm',
  // Names are kept: a stack trace in a job's log must say something.
  minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();
await writeAssets(out);
