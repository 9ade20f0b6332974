export { type ApplyOptions, type ApplyResult, applyPatches } from './apply.ts';
export { type CommitOptions, commitPatches, type MadeCommit } from './commit.ts';
export { explainAccount } from './explain.ts';
export { generatePatch, recipeIdentity } from './generate.ts';
export { type Generate, memoisedGenerate } from './memo.ts';
export { commitMessage, describeBase } from './message.ts';
export { generateOverTrees, type TreeResult } from './over-trees.ts';
export { generateSeries, orderSeries, type SeriesItem, type SeriesResult } from './series.ts';
export type * from './types.ts';
