export { withGeneratedApart } from './generated.ts';
export { knownFiles } from './known-files.ts';
export { objectsOf, withReferences, writeNinja } from './ninja.ts';
export { readPcbuild } from './read.ts';
export type * from './toolset.ts';
export type * from './types.ts';
