import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryTree } from '../memory-tree.ts';
import { generate, problemsOf, recipeWith } from '../recipes.ts';
import { cases, HEADER } from './programs.ts';
import { differing } from './run.ts';

/** `MEANING_RUNS=100000 MEANING_SEED=7 npx vitest run test/patch/meaning` looks further than every run of the tests can. */
const RUNS = Number(process.env.MEANING_RUNS ?? 300);
const SEED = Number(process.env.MEANING_SEED ?? 1);
const BATCH = 500;

test(
  'an edited program does under every #if what the edit means',
  async () => {
    const counts = new Map<string, number>();
    const wrong: string[] = [];
    const kinds = new Map<string, number>();
    for (let from = 0; from < RUNS; from += BATCH) {
      const seed = SEED + from;
      const pairs: { before: string; after: string; source: string; edits: readonly string[] }[] = [];
      for (const { edits, source, meant, untouched } of fc.sample(cases, {
        numRuns: Math.min(BATCH, RUNS - from),
        seed,
      })) {
        const result = await generate(
          recipeWith(edits.map((e) => `  - ${e}`).join('\n')),
          memoryTree({ 'a.c': source, 'prelude.h': HEADER }),
        );
        const said = result.verdict === 'drifted' ? (problemsOf(result)[0]?.split(' ', 1)[0] ?? '') : result.verdict;
        counts.set(said, (counts.get(said) ?? 0) + 1);
        if (result.verdict !== 'applies') continue;
        const after = result.patch.files[0]?.after ?? '';
        for (const kind of edits.map((e) => e.split(':', 1)[0] ?? '')) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        if (!after.includes(untouched)) wrong.push(`another function was touched\n${edits.join('\n')}\n${source}`);
        pairs.push({ before: meant, after, source, edits });
      }
      for (const [n, how] of differing(pairs))
        wrong.push(`${how}\n${pairs[n]?.edits.join('\n')}\n${pairs[n]?.source}\n--- after\n${pairs[n]?.after}`);
      if (wrong.length >= 5) break;
    }
    if (process.env.MEANING_RUNS !== undefined)
      console.log(SEED, wrong.length, Object.fromEntries(counts), Object.fromEntries(kinds));
    expect(
      wrong
        .slice(0, 5)
        .sort((a, b) => a.length - b.length)
        .join('\n======\n'),
      `MEANING_SEED=${SEED}`,
    ).toBe('');
    expect(counts.get('applies')).toBeGreaterThan(RUNS / 3);
    for (const kind of ['set-define', 'drop-field', 'add-field', 'add-row', 'add-function', 'rename', 'fold', 'insert'])
      expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(RUNS / 150);
  },
  20_000 + RUNS * 1000,
);
