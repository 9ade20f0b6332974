import { type GitContext, openGit, orNot } from '../../checkout/git.ts';
import type { Moves } from './find-file.ts';

/**
 * Where git sees files moved to between a commit and the checkout's own: asked once, when a file is missing.
 * A git that cannot say (too many files, another repository) knows no moves.
 */
export function gitMoves(repo: string, from: string, ctx: GitContext): Moves {
  let asked: Promise<ReadonlyMap<string, readonly string[]>> | undefined;
  return () => {
    asked ??= ask(repo, from, ctx);
    return asked;
  };
}

async function ask(repo: string, from: string, ctx: GitContext) {
  const how = ['--name-status', '-z', '--relative', '--find-renames=50%', '--diff-filter=R', from, 'HEAD', '--'];
  const answer = await orNot((await openGit(repo, ctx, { encoding: 'latin1' })).diff(how));
  const moves = new Map<string, string[]>();
  const words = answer?.split('\0') ?? [];
  for (let i = 0; i + 2 < words.length; i += 3) {
    const [old = '', now = ''] = [words[i + 1], words[i + 2]];
    moves.set(old, [...(moves.get(old) ?? []), now]);
  }
  return moves;
}
