/** The house's own rules, read from its imports: docs/architecture.md has the plan. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const SRC = path.resolve(import.meta.dirname, '../src');

const UP_TO_REVIEW = [
  'system',
  'document',
  'checkout',
  'c',
  'diff',
  'recipe',
  'patch',
  'change',
  'targets',
  'builds',
  'bench',
  'run',
  'report',
  'review',
];

/** Each room with the rooms that it may import from, from the ground up: the one list of who knows whom. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  system: [],
  document: ['system'],
  checkout: ['system'],
  c: ['system'],
  diff: ['system', 'checkout'],
  recipe: ['system', 'checkout'],
  patch: ['system', 'checkout', 'c', 'diff', 'recipe'],
  change: ['system', 'checkout', 'c', 'diff', 'recipe', 'patch'],
  targets: ['system', 'checkout', 'recipe'],
  builds: ['system', 'checkout', 'c', 'diff', 'recipe', 'patch', 'targets'],
  bench: ['system', 'checkout', 'targets', 'builds'],
  run: ['system', 'checkout', 'c', 'diff', 'recipe', 'patch', 'change', 'targets', 'builds', 'bench'],
  report: ['system', 'document', 'checkout', 'diff', 'recipe', 'patch', 'targets', 'builds', 'bench', 'run'],
  review: ['system', 'document', 'checkout', 'c', 'diff', 'recipe', 'patch', 'targets', 'builds', 'run'],
  work: UP_TO_REVIEW,
  cli: [...UP_TO_REVIEW, 'work'],
  action: [...UP_TO_REVIEW, 'work'],
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.split(path.sep).includes('assets'),
);
/** What a file imports from src/, types included, as paths below it. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, to = '']) =>
    path.normalize(path.join(path.dirname(file), to)),
  );
}
const room = (file: string) => file.split(path.sep)[0] ?? '';

test('imports go down the list of rooms', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((to) => room(to) !== room(file) && !ROOMS[room(file)]?.includes(room(to)))
      .map((to) => `${file} -> ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('every folder of src is a room of the list', () => {
  expect([...new Set(files.map(room))].sort()).toEqual(Object.keys(ROOMS).sort());
});

test('paths that the documentation names are there', () => {
  const root = path.resolve(SRC, '..');
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`),
  ];
  const gone = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) =>
      [...readFileSync(path.join(root, page), 'utf8').matchAll(/`((?:src|test|scripts)\/[\w./-]+)`/g)]
        .map(([, named = '']) => named)
        .filter((named) => !named.includes('NAME') && !existsSync(path.join(root, named)))
        .map((named) => `${page}: ${named}`),
    );
  expect(gone).toEqual([]);
});
