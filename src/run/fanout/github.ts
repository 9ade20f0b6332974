import { UserError } from '../../system/diagnostic.ts';
import { type Chunk, chunksOf } from './chunks.ts';
import type { Cell, Plan } from './types.ts';

/** GitHub: the outputs of one job are at most 1 MB (its documentation of outputs); it counts UTF-16. */
const MOST_OUTPUT = 1_000_000;
/** Matrices of chunks have the same limit as those of cells. */
const MOST_CHUNKS = 256;

/** An entry of `strategy.matrix.include`. All values are texts; `args` is a JSON list, for `jq`, not for a shell. */
function entry({ id, checkout, target, baseline, args, recipes }: Cell) {
  return {
    id,
    recipes: recipes.map((recipe) => recipe.id).join(' '),
    target,
    commit: checkout.commit ?? '',
    baseline: baseline ?? '',
    args: JSON.stringify(args),
  };
}

const matrix = (cells: readonly Cell[]) => (cells.length === 0 ? '' : JSON.stringify({ include: cells.map(entry) }));

/**
 * Lines for `$GITHUB_OUTPUT`: `cells` and `chunks`, and of one chunk `leaders` and `followers`: matrices for
 * `strategy: {matrix: ${{ fromJSON(needs.plan.outputs.leaders) }}}`, empty where there is nothing to run, for GitHub takes
 * no empty matrix. With several chunks their numbers alone, until one is chosen.
 * @param number from 1.
 * @throws UserError when there is no such chunk, or GitHub would not take it.
 */
export function githubOutput(plan: Plan, number?: number): string {
  const chunks = chunksOf(plan);
  if (chunks.length > MOST_CHUNKS) {
    throw new UserError({
      code: 'run/plan-too-large',
      message: `the plan has ${chunks.length} chunks, and a matrix of GitHub’s has at most ${MOST_CHUNKS}`,
      hint: 'plan a part: fewer targets, or refs by series, such as v3.9.*',
    });
  }
  const chosen = chunkOf(chunks, number);
  const lines = [
    `cells=${chunks.reduce((sum, { leaders, followers }) => sum + leaders.length + followers.length, 0)}`,
    `chunks=${JSON.stringify(chunks.map((_, index) => index + 1))}`,
    ...(chosen === undefined ? [] : [`leaders=${matrix(chosen.leaders)}`, `followers=${matrix(chosen.followers)}`]),
  ];
  const size = lines.reduce((sum, line) => sum + line.length * 2, 0);
  if (size > MOST_OUTPUT) {
    throw new UserError({
      code: 'run/plan-too-large',
      message: `this chunk is ${size} bytes as GitHub counts, and a job’s outputs are at most ${MOST_OUTPUT}`,
      hint: 'put the settings of all cells into forkwright.yml or a recipe folder: they are repeated in each cell',
    });
  }
  return `${lines.join('\n')}\n`;
}

/** @throws UserError for a number that is no chunk's. */
export function chunkOf(chunks: readonly Chunk[], number: number | undefined): Chunk | undefined {
  if (number === undefined)
    return chunks.length === 1 ? chunks[0] : chunks.length === 0 ? { leaders: [], followers: [] } : undefined;
  const chunk = chunks[number - 1];
  if (chunk !== undefined) return chunk;
  throw new UserError({
    code: 'run/no-chunk',
    message: `there is no chunk ${number}: the plan has ${chunks.length}`,
    hint: 'the chunks are counted from 1',
  });
}
