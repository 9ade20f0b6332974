export { gitMoves } from './moves.ts';
export { portPatches } from './port.ts';
export type * from './types.ts';
