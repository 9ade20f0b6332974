/** `node apply-child.ts ROOT` applies a patch with a change of every kind. */
import { applyPatches } from '../../src/patch/apply.ts';
import type { GeneratedPatch } from '../../src/patch/types.ts';

export const PATCH = {
  files: [
    { path: 'Include/a.h', before: 'a\n', after: 'A\n', edits: [] },
    { path: 'Objects/b.c', before: 'b\n', after: 'B\n', edits: [] },
    { path: 'Modules/new/deep/c.c', is: 'made', before: '', after: 'C\n', edits: [] },
    { path: 'Lib/old/d.py', is: 'removed', before: 'd\n', after: '', edits: [] },
  ],
} as unknown as GeneratedPatch;

export const BEFORE = { 'Include/a.h': 'a\n', 'Objects/b.c': 'b\n', 'Lib/old/d.py': 'd\n', 'Lib/e.py': 'e\n' };
export const AFTER = { 'Include/a.h': 'A\n', 'Objects/b.c': 'B\n', 'Modules/new/deep/c.c': 'C\n', 'Lib/e.py': 'e\n' };

if (import.meta.main) {
  try {
    await applyPatches(process.argv[2] ?? '', [PATCH]);
  } catch (error) {
    process.stderr.write(String(error));
    process.exitCode = (error as { exitCode?: number }).exitCode ?? 70;
  }
}
