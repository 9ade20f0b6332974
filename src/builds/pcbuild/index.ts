export { withGeneratedApart } from './generated.ts';
export { knownFiles, objectsOf, type ToolCommand, type ToolSet, withReferences, writeNinja } from './ninja.ts';
export { readPcbuild } from './read.ts';
export type * from './types.ts';
