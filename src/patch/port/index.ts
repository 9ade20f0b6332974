export { keyOf } from './conflicts.ts';
export { gitMoves } from './files.ts';
export { portPatches } from './port.ts';
export type * from './types.ts';
