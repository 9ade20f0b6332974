/** What runs inside of the measured interpreters is one text for CPython 2.5 and every later version. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ASSETS = path.resolve(import.meta.dirname, '../../src/bench/assets');
const texts = readdirSync(ASSETS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.py'))
  .map((file) => [file, readFileSync(path.join(ASSETS, file), 'utf8')] as const)
  .filter(([, text]) => /CPython 2\.5 and (?:every )?later|Works on 2\.5 and later/.test(text));

/** What 2.5 cannot read. */
const NEWER: readonly RegExp[] = [
  /^\s*except\b.*\bas\s+\w+\s*:/m,
  /^\s*(?:async |with\b.*:|nonlocal )/m,
  /(?<![\w'"])[bf]r?['"]/,
  /(?<!\w)0[ob]\d/,
  /\*\w+, \w+=/,
];

test('they are found', () => {
  expect(texts.map(([file]) => file)).toEqual(expect.arrayContaining(['growth.py', 'regrtest.py', 'worker.py']));
});

test.each(texts)('%s has nothing that CPython 2.5 cannot read', (_, text) => {
  const code = text.replaceAll(/"""[\s\S]*?"""/g, '').replaceAll(/#.*$/gm, '');
  expect(NEWER.flatMap((newer) => newer.exec(code)?.[0] ?? [])).toEqual([]);
});
