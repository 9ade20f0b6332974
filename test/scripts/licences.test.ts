import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LICENCES, licences } from '../../scripts/licences.ts';

const root = path.resolve(import.meta.dirname, '../..');
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'fw-licences-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Bundles an entry, and gives the text of the licences with the packages whose modules are in the bundle. */
async function bundled(input: string, out: string) {
  const packages = new Set<string>();
  const bundle = await rolldown({
    input: path.join(root, input),
    cwd: root,
    platform: 'node',
    onLog: () => {},
    plugins: [
      licences(root),
      {
        name: 'seen',
        generateBundle: (_, files) => {
          for (const file of Object.values(files)) {
            for (const id of file.type === 'chunk' ? Object.keys(file.modules) : []) {
              const [, name] = id.replaceAll('\\', '/').match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/) ?? [];
              if (name !== undefined) packages.add(name);
            }
          }
        },
      },
    ],
  });
  await bundle.write({ dir: path.join(dir, out), format: 'esm' });
  await bundle.close();
  return { packages: [...packages].sort(), text: await readFile(path.join(dir, out, LICENCES), 'utf8') };
}

test.each(['src/cli/forkwright.ts', 'src/action/main.ts'])(
  'the bundle of %s names each package with its licence',
  async (input) => {
    const { packages, text } = await bundled(input, path.basename(input));
    expect(packages).toEqual(expect.arrayContaining(['simple-git', 'execa', 'diff', 'zod']));
    const sections = new Map(
      [...text.matchAll(/^={80}\n(\S+) (\S+): (.+)\n={80}\n\n([\s\S]*?)(?=^={80}\n|(?![\s\S]))/gm)].map(
        ([, name = '', , , body = '']) => [name, body] as const,
      ),
    );
    expect([...sections.keys()].sort()).toEqual([...new Set([...packages, 'tree-sitter-c', 'web-tree-sitter'])].sort());
    for (const [name, body] of sections)
      expect(body, name).toMatch(/copyright|permission is hereby granted|licensed under/i);
    for (const name of ['simple-git', 'yaml', 'zod']) {
      const folder = path.join(root, 'node_modules', name);
      const file = (await readdir(folder)).find((entry) => /^licen/i.test(entry)) ?? '';
      expect(sections.get(name)?.trim()).toBe((await readFile(path.join(folder, file), 'utf8')).trim());
    }
    expect(text).not.toContain(root);
    expect((await bundled(input, 'again')).text).toBe(text);
  },
  120_000,
);
