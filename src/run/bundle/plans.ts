import path from 'node:path';
import type { RunFolder } from '../folder.ts';

/** Where a run keeps the plans of its bundles: results are recognised by them. */
export const plansFolder = (folder: RunFolder): string => path.join(folder.dir, 'bundles');
