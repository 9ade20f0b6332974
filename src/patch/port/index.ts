export { gitMoves } from './moves.ts';
export { type PortRequest, portPatches } from './port.ts';
export type * from './types.ts';
