export { gitMoves } from './find-file.ts';
export { portPatches } from './port.ts';
export type * from './types.ts';
