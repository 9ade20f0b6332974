import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'rolldown';
import { byCodeUnit } from '../src/system/hash.ts';

/** Where a bundle says whose code is in it. */
export const LICENCES = 'THIRD-PARTY-LICENSES.txt';

/** Packages of which files are copied beside the bundle. */
const COPIED = ['tree-sitter-c', 'web-tree-sitter'];

/** Packages that say at most a licence's name, and whose they are. */
const WITHOUT_TEXT: ReadonlyMap<string, string> = new Map([
  ['@nodable/entities', 'Amit Gupta, https://github.com/nodable/val-parsers'],
  ['binary', 'James Halliday, https://github.com/substack/node-binary'],
  ['buffers', 'James Halliday, https://github.com/substack/node-buffers'],
  ['chainsaw', 'James Halliday, https://github.com/substack/node-chainsaw'],
]);

/** What a text says that is a licence. */
const NOTICE = /copyright|permission is hereby granted|licensed under/i;

/** Licence texts, and what must go along with them. */
const TEXT = /^(?:licen[cs]e|copying|notice)\b/i;

/**
 * Writes the licences of all packages that are bundled beside the bundle, each with its text.
 * @param root where node_modules lies.
 * @throws Error for a package that does not carry its licence's text: it may not be bundled.
 */
export function licences(root: string): Plugin {
  return {
    name: 'licences',
    async generateBundle(_, bundle) {
      const ids = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? Object.keys(file.modules) : []));
      const folders = new Set(COPIED.map((name) => path.join(root, 'node_modules', name)));
      for (const id of ids) {
        const folder = packageFolder(id);
        if (folder !== undefined) folders.add(folder);
      }
      const parts = new Set(await Promise.all([...folders].map(licenceOf)));
      const source = `${HEAD}\n${[...parts].sort(byCodeUnit).join('\n')}`;
      this.emitFile({ type: 'asset', fileName: LICENCES, source });
    },
  };
}

const HEAD = 'These files hold code of the packages below, under their licences.\n';

/** The folder of the package that a module belongs to: the innermost one in a `node_modules`. */
function packageFolder(id: string): string | undefined {
  return /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1];
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => TEXT.test(file)).sort(byCodeUnit);
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  if (texts.length === 0) texts.push(await licenceInReadme(folder));
  if (!texts.some((text) => NOTICE.test(text))) {
    const holder = WITHOUT_TEXT.get(name);
    if (holder === undefined) throw new Error(`${name} ${version} is bundled, but has no text of its licence`);
    texts.splice(0, texts.length, `The package holds no text of a licence. Copyright (c) ${holder}`);
  }
  const body = texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
  return `${'='.repeat(80)}\n${name} ${version}: ${license ?? 'says no licence'}\n${'='.repeat(80)}\n\n${body}\n`;
}

/** What stands under the heading "License" of a package's readme; empty without one. */
async function licenceInReadme(folder: string): Promise<string> {
  const readme = (await readdir(folder)).find((file) => /^readme\b/i.test(file));
  if (readme === undefined) return '';
  const text = await readFile(path.join(folder, readme), 'utf8');
  return /^(#+) *licen[cs]e\b.*\n([\s\S]*?)(?=^#{1,2} |(?![\s\S]))/im.exec(text)?.[2] ?? '';
}
