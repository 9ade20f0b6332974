import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { inTemporaryFolder } from '../system/files.ts';
import { runProcess } from '../system/process.ts';
import type { LocatedPatch } from './locate.ts';
import { filePatchText } from './write.ts';

/** What a person is told of a patch that only patch(1) takes: where, and what to do. */
export interface Fuzz {
  readonly detail: readonly string[];
  readonly hint: string;
}

/** More places are not listed. */
const MOST = 10;

/**
 * Whether patch(1) takes a patch that does not apply as it stands, by leaving out lines of context. Nothing is taken so
 * here; but who calls `patch` sees it succeed, and must know why it is refused.
 * @param texts the patch's files as they are (latin1, under their names in the tree).
 * @returns `undefined` where patch refuses, too, needs no fuzz, or is not there.
 */
export async function fuzzOf(
  { files, strip }: LocatedPatch,
  texts: ReadonlyMap<string, string>,
  ctx: Pick<Context, 'env' | 'signal'>,
): Promise<Fuzz | undefined> {
  return inTemporaryFolder('forkwright-fuzz-', async (folder) => {
    const tree = path.join(folder, 'tree');
    await mkdir(tree);
    const at = (name: string) => Buffer.from(path.join(tree, name), 'latin1');
    for (const [name, text] of texts) {
      await mkdir(at(path.dirname(name)), { recursive: true });
      await writeFile(at(name), text, 'latin1');
    }
    const patch = path.join(folder, 'patch');
    await writeFile(patch, files.map((file) => filePatchText(file)).join(''), 'latin1');
    const env = { PATH: ctx.env.PATH, LC_ALL: 'C' };
    const how = { cwd: tree, env, timeoutMs: 60_000, signal: ctx.signal, encoding: 'latin1' } as const;
    const ran = await runProcess('patch', ['-p1', '--dry-run', '--force', '--unified', '-i', patch], how);
    const places = ran.exitCode === 0 ? fuzzyHunks(ran.stdout) : [];
    if (places.length === 0) return undefined;
    const [first, ...more] = places;
    const shown = more.slice(0, MOST - 1).map((place) => `… and ${place}`);
    const rest = more.length >= MOST ? [`… and ${more.length - MOST + 1} more`] : [];
    return {
      detail: [`patch -p${strip} takes it ${first}`, ...shown, ...rest],
      hint: `its context is not that of the file: refresh it on its own tree (\`patch -p${strip} < FILE\`, see whether it is at the right place, then \`diff -u\` or \`quilt refresh\`)`,
    };
  });
}

/** From `checking file FILE` and `Hunk #1 succeeded at 3 with fuzz 1 (offset 2 lines).` */
function fuzzyHunks(said: string): string[] {
  const out: string[] = [];
  let file = '';
  for (const line of said.split('\n')) {
    file = /^(?:checking|patching) file (.*)$/s.exec(line)?.[1] ?? file;
    const [, at, fuzz] = /^Hunk #\d+ succeeded at (\d+) with fuzz (\d+)/.exec(line) ?? [];
    if (fuzz !== undefined) out.push(`with fuzz ${fuzz} at line ${at} of ${file}`);
  }
  return out;
}
