import type { PathRoot } from './types.ts';

/**
 * The folders that projects are evaluated with. They exist nowhere: each root is a drive of its own, so that every path
 * of a result tells which root it is below, on any machine alike.
 */
export const VIRTUAL_ROOTS: Readonly<Record<PathRoot, string>> = {
  source: 'S:\\source\\',
  intermediate: 'I:\\intermediate\\',
  output: 'O:\\output\\',
  externals: 'X:\\externals\\',
};
