export { externalsFolder } from './externals.ts';
export { withGeneratedApart } from './generated.ts';
export { type KnownFile, knownFiles } from './known-files.ts';
export { type NinjaOptions, objectsOf, withReferences, writeNinja } from './ninja.ts';
export { readPcbuild } from './read.ts';
export { VIRTUAL_ROOTS } from './roots.ts';
export type * from './toolset.ts';
export type * from './types.ts';
