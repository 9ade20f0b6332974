/** Every kind of change beside every consumer of a run: each names it as what it is. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commentBody, summaryText } from '../../src/action/texts.ts';
import { comparisonJson } from '../../src/report/comparison-json.ts';
import { renderView } from '../../src/report/render-view.ts';
import { reportView } from '../../src/report/report-view.ts';
import { historyView } from '../../src/report/views/history.ts';
import { mergedView } from '../../src/report/views/merged.ts';
import { renderReview } from '../../src/review/render.ts';
import { mergeRuns } from '../../src/run/fanout/merge.ts';
import { judgeGates, parseGates } from '../../src/run/gates/index.ts';
import { historyEntry } from '../../src/run/history.ts';
import { performComparison } from '../../src/work/compare.ts';
import { type DoneRun, performRun } from '../../src/work/run.ts';
import { git, gitInit, makeRig, miniTree, type Rig, write } from '../checkout/rig.ts';
import { runOptions } from './rig.ts';

const A = `${[...'abcdefghij'].join('\n')}\n`;
const HEADER = 'struct thing {\n    int used;\n    int th_unused;\n};\n';
const RECIPE =
  'id: drop-it\ntitle: Drop it\nwhy: nobody reads it\ncpython: ">=3.8"\nfiles: ["Include/*.h"]\nedits:\n  - drop-field: { struct: thing, field: th_unused }\n';
const DIFF = '--- a/Objects/a.c\n+++ b/Objects/a.c\n@@ -4,3 +4,3 @@\n d\n-e\n+E\n f\n';
const DEP3 = `Description: Say E aloud\n It was said too softly.\nAuthor: Ann <ann@example.org>\nBug-Debian: https://bugs.debian.org/1\nForwarded: not-needed\n\n${DIFF}`;
const MAIL = `From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: Bob <bob@example.org>\nDate: Tue, 1 Dec 2020 10:00:00 +0000\nSubject: [PATCH] Mail it\n\nBy post.\n---\n\n${DIFF}`;

let rig: Rig;
let tree: string;
const inRig = (name: string) => path.join(rig.dir, name);
beforeAll(() => {
  rig = makeRig();
  const files = { 'Include/thing.h': HEADER, 'Objects/a.c': A, configure: '#!/bin/sh\n# with_lto\nexit 1\n' };
  tree = gitInit(miniTree(inRig('cpython'), '3.9.2', files));
  git(tree, 'checkout', '-qb', 'mine');
  write(tree, { 'Python/ceval.c': 'int mine;\n' });
  git(tree, 'commit', '-qam', 'Mine alone');
  git(tree, 'checkout', '-q', 'main');
  mkdirSync(inRig('recipes'));
  writeFileSync(inRig('recipes/drop-it.yaml'), RECIPE);
  write(inRig('series'), { series: 'one.patch\n', 'one.patch': DEP3 });
  writeFileSync(inRig('fix.patch'), DEP3);
  writeFileSync(inRig('0001-mail.patch'), MAIL);
  const edited = gitInit(miniTree(inRig('edited'), '3.9.2', files));
  write(edited, { 'Objects/a.c': A.replace('e', 'E') });
});
afterAll(() => rig.remove());

const args = (out: string, more: readonly string[] = []) =>
  runOptions('-C', tree, '--recipes-dir', inRig('recipes'), '--out', inRig(`run-${out}`), ...more);
const context = () => ({ ...rig.ctx, commandLine: ['forkwright'] });
const run = (out: string, names: readonly string[], ...more: string[]) =>
  performRun(names, args(out, more), ['build'], context());
const compare = (out: string, a: string, b: string) => performComparison([a, b], args(out), ['build'], context());

interface Kind {
  readonly make: () => Promise<DoneRun>;
  /** What every reader is told. */
  readonly named: readonly RegExp[];
  /** What stands beside its hunks. */
  readonly beside?: readonly RegExp[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  recipe: { make: () => run('recipe', ['drop-it']), named: [/drop-it/], beside: [/edit 1.{1,15}drop-field/i] },
  'a patch with DEP-3': {
    make: () => run('patch', [inRig('fix.patch')]),
    named: [/fix/],
    beside: [/Patch file fix\.patch/, /Say E aloud/, /Ann/, /bugs\.debian\.org/, /not-needed/],
  },
  'a mail': {
    make: () => run('mail', [inRig('0001-mail.patch')]),
    named: [/0001-mail/],
    beside: [/Patch file 0001-mail\.patch/, /Mail it/, /Bob/],
  },
  'a series': {
    make: () => run('series', [inRig('series')]),
    named: [/one/],
    beside: [/Patch file one\.patch/, /Say E aloud/],
  },
  commits: {
    make: () => run('commits', ['main..mine']),
    named: [/[0-9a-f]{12}/],
    beside: [/Commit [0-9a-f]{12}/, /Mine alone/],
  },
  'uncommitted edits': {
    make: () => performRun([], { ...args('dirty', ['--dirty']), checkout: inRig('edited') }, ['build'], context()),
    named: [/uncommitted/],
    beside: [/[0-9a-f]{12}\.\.the work tree/, /Uncommitted edits of Objects\/a\.c/],
  },
  trees: { make: () => compare('trees', 'main', 'mine'), named: [/\bmain\b/, /\bmine\b/] },
  settings: { make: () => compare('settings', ',-O2', ',-O3'), named: [/,-O2/, /,-O3/] },
};

/** As one line, and a page as its text. */
const flat = (text: string) =>
  text
    .replace(/<(?:script|style)[\s\S]*?<\/(?:script|style)>/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/\\(?=[^\w\s])/g, '')
    .replace(/\s+/g, ' ');

/** What a compiler or configure said names the folder that it ran in. */
const withoutLogs = (key: string, value: unknown) => (key === 'failure' ? undefined : value);

describe.each(Object.entries(KINDS))('%s', (name, { make, named, beside }) => {
  let done: DoneRun;
  let said: Readonly<Record<string, string>>;
  beforeAll(async () => {
    done = await make();
    const { record, review } = done;
    const view = reportView(record);
    const terminal = { width: 100, color: false, verbose: true };
    const gates = judgeGates(record, parseGates('build,drift', 'test'));
    const merged = mergeRuns(
      [{ record, where: 'here', targets: record.targets.map(({ target }) => target), request: undefined }] as never,
      [],
    );
    const entry = historyEntry(record);
    said = {
      'report: terminal': renderView(view, 'terminal', terminal),
      'report: markdown': renderView(view, 'markdown', terminal),
      'report: page': renderView(view, 'html', terminal),
      'report: JSON': JSON.stringify(comparisonJson(record), withoutLogs),
      'Action: comment': commentBody({ record, review, gates, remarks: [], links: {} }, 'marker'),
      'Action: summary': summaryText({ record, review, gates, remarks: [], links: {} }),
      merge: renderView(mergedView(merged), 'terminal', terminal),
      history: renderView(historyView({ entries: [entry], skipped: [] }, 'history.jsonl'), 'terminal', terminal),
      ...(review === undefined
        ? {}
        : {
            'review: terminal': await renderReview(review, 'terminal', terminal),
            'review: markdown': await renderReview(review, 'markdown', terminal),
            'review: page': await renderReview(review, 'html', terminal),
            'review: JSON': await renderReview(review, 'json', terminal),
            'review: comments': await renderReview(review, 'github', terminal),
            'review: SARIF': await renderReview(review, 'sarif', terminal),
          }),
    };
    said = Object.fromEntries(Object.entries(said).map(([key, text]) => [key, flat(text)]));
  });

  test('is named everywhere', () => {
    for (const [consumer, text] of Object.entries(said)) {
      // It tells findings alone, and comments what is wrong on their lines.
      if (consumer === 'review: SARIF') continue;
      for (const one of named) expect(text, consumer).toMatch(one);
    }
  });

  test('is called a recipe only where it is one', () => {
    if (name === 'recipe') return;
    for (const [consumer, text] of Object.entries(said)) {
      if (consumer.endsWith('JSON')) continue;
      expect(text, consumer).not.toMatch(/\brecipe/i);
    }
  });

  test('what other programs read has no folder of this machine', () => {
    for (const consumer of [
      'report: JSON',
      'Action: comment',
      'history',
      'merge',
      'review: comments',
      'review: SARIF',
    ]) {
      expect(said[consumer] ?? '', consumer).not.toContain(rig.dir);
    }
  });

  test('its patches are kept, and its hunks say where they are from', () => {
    if (beside === undefined) return;
    const [patch] = done.record.patches;
    expect(readFileSync(path.join(done.folder, patch?.file ?? 'none'), 'utf8')).toContain('@@ ');
    for (const consumer of ['review: terminal', 'review: markdown', 'review: page']) {
      for (const one of beside) expect(said[consumer], consumer).toMatch(one);
    }
  });
});
