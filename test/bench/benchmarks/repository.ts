import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A repository that stands in for a project's history: a real tree, and tags between which files change as they do there.
 * Every tag changes some source file; every fifth one frameobject.c, every tenth a header that all of them include.
 * @returns the tags, oldest first.
 */
export function repositoryWithTags(tree: string, repository: string, count: number): readonly string[] {
  cpSync(tree, repository, { recursive: true, verbatimSymlinks: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@invalid', '-c', 'gc.auto=0', ...args], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  git('init', '-q');
  git('add', '-A', '-f');
  git('commit', '-qm', 'v0');
  git('tag', 'v0');
  const tags = ['v0'];
  for (let n = 1; n < count; n += 1) {
    appendFileSync(path.join(repository, 'Modules/mathmodule.c'), `\n/* change ${n} */\n`);
    if (n % 5 === 0) appendFileSync(path.join(repository, 'Objects/frameobject.c'), `\n/* change ${n} */\n`);
    if (n % 10 === 0) appendFileSync(path.join(repository, 'Include/object.h'), `\n/* change ${n} */\n`);
    writeFileSync(path.join(repository, 'Misc/latest'), `${n}\n`);
    git('add', '-A', '-f');
    git('commit', '-qm', `v${n}`);
    git('tag', `v${n}`);
    tags.push(`v${n}`);
  }
  // As a clone has it.
  git('repack', '-adq');
  return tags;
}
