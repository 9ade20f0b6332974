import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Forkwright } from '../../../scripts/research/versions/ask.ts';
import { versionsPage } from '../../../scripts/research/versions/page.ts';
import { readRecords, withoutFolders, writeRecords } from '../../../scripts/research/versions/records.ts';
import { inOrder, measuredRefs, verifyVersions } from '../../../scripts/research/versions/verify.ts';

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));
const FILE = path.join(DOCS, 'versions', 'releases.jsonl');
const records = readRecords(FILE);

describe('docs/versions.md', () => {
  test('is what the records yield', () => {
    expect(versionsPage(records)).toBe(readFileSync(path.join(DOCS, 'versions.md'), 'utf8'));
  });

  test('another verdict, and anything that fails, is told with its release', () => {
    const [first, ...others] = records;
    if (first?.generated === undefined) throw new Error('no records');
    const drift = { recipe: 'some-recipe', verdict: 'drifted', why: 'a shape that nobody knows' };
    const failure = { ...first, measured: { at: first.generated.at, recipe: 'some-recipe', failed: 'no disk' } };
    const page = versionsPage([
      { ...failure, generated: { ...first.generated, recipes: [...first.generated.recipes, drift] } },
      ...others,
    ]);
    expect(page).toContain(`${first.ref}: \`some-recipe\` drifted: a shape that nobody knows`);
    expect(page).toContain(`${first.ref}: \`run\`: no disk`);
    expect(page).toMatch(new RegExp(`^\\| ${first.ref} \\|.*; not some-recipe`, 'm'));
  });

  test('the records say nothing of folders of the machine that measured', () => {
    expect(readFileSync(FILE, 'utf8')).not.toMatch(/\/(root|home|work|tmp)\//);
    expect(withoutFolders('cannot open /tmp/a/b/setup.py, see file:///root/x/y.')).toBe(
      'cannot open …/setup.py, see …/y.',
    );
    expect(withoutFolders('Stackless/core/frame.c:35: it is in 1/2')).toBe('Stackless/core/frame.c:35: it is in 1/2');
  });
});

test('the last release of each minor version comes first, then the first one; 3.3.0a3 is measured beside the last of 3.3', () => {
  const refs = ['v3.3.0a3', 'v3.3.0', 'v3.3.7', 'v3.9.9', 'v3.9.10', 'v3.9.10-nogil'];
  expect(inOrder(refs)).toEqual(['v3.3.0a3', 'v3.3.7', 'v3.9.10', 'v3.9.10-nogil', 'v3.3.0', 'v3.9.9']);
  expect(measuredRefs(refs)).toEqual(['v3.3.0a3', 'v3.3.7', 'v3.9.10', 'v3.9.10-nogil']);
});

test('what is recorded is not asked again, what an interruption left out is; an answer of one step leaves the others', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'fw-versions-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const asked: string[] = [];
  let interrupted = true;
  const forkwright: Forkwright = async (args) => {
    const refs = args.filter((_, index) => args[index - 1] === '--ref');
    const kind = args.includes('--verify') ? 'compile' : args[0];
    asked.push(`${kind} ${refs.join(' ')}`);
    if (kind === 'compile' && refs[0] === 'v3.9.1' && interrupted) throw new Error('stopped');
    const rows = refs.flatMap((ref) => [
      { ref, recipe: 'applied', verdict: 'applies', pythonVersion: ref.slice(1) },
      { ref, recipe: 'other', verdict: 'not-applicable', pythonVersion: ref.slice(1), why: 'it is for others' },
    ]);
    const checks = [{ file: 'Objects/frameobject.c', defines: ['NDEBUG'], verdict: 'fine', problems: [] }];
    return { exitCode: 0, data: { rows, syntax: refs.map((ref) => ({ ref, checks })) }, errors: [] };
  };
  const plan = {
    repo: dir,
    clone: 'a clone',
    file: path.join(dir, 'releases.jsonl'),
    refs: ['v3.9.0', 'v3.9.1', 'v3.9.2'],
    only: () => true,
    steps: ['generate', 'compile'] as const,
    again: false,
    runs: dir,
    recipes: ['applied', 'other'],
    inRange: (recipe: string) => recipe === 'applied',
    compiler: 'cc 1',
    configured: async (ref: string) => ({ file: '/made.h', on: ref === 'v3.9.1' ? 'v3.9.2' : ref }),
    forkwright,
    say: () => {},
  };
  await expect(verifyVersions(plan)).rejects.toThrow('stopped');
  expect(asked.splice(0)).toEqual([
    'generate v3.9.2 v3.9.0 v3.9.1',
    'compile v3.9.2',
    'compile v3.9.0',
    'compile v3.9.1',
  ]);
  const before = readFileSync(plan.file, 'utf8').split('\n');
  interrupted = false;
  await verifyVersions(plan);
  expect(asked.splice(0)).toEqual(['compile v3.9.1']);
  const after = readFileSync(plan.file, 'utf8').split('\n');
  expect([after[0], after[2]]).toEqual([before[0], before[2]]);
  expect(readRecords(plan.file)[1]).toMatchObject({
    ref: 'v3.9.1',
    python: '3.9.1',
    generated: { recipes: [{ recipe: 'applied', verdict: 'applies' }] },
    compiled: { recipes: ['applied'], compiler: 'cc 1', configured: 'v3.9.2', files: 1, fine: 1 },
  });
  await verifyVersions({ ...plan, only: (ref) => ref === 'v3.9.0', again: true });
  expect(asked.splice(0)).toEqual(['generate v3.9.0', 'compile v3.9.0']);
  writeFileSync(plan.file, `${before[0]}\n`);
  await writeRecords(plan.file, readRecords(plan.file));
  expect(readFileSync(plan.file, 'utf8')).toBe(`${before[0]}\n`);
});
