/** Makes build/ when it is not there or a source is newer, as scripts/setup.sh does where there is a shell. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const time = (file: string): number | undefined => statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs;

const stamp = time('build/.stamp');
const sources = [
  ...readdirSync(path.join(root, 'src'), { recursive: true }).map((name) => path.join('src', String(name))),
  ...['scripts/build.ts', 'package.json', 'package-lock.json'],
];
if (stamp === undefined || sources.some((file) => (time(file) ?? 0) > stamp)) await import('./build.ts');
