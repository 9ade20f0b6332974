/** A repository that tries to run a program in every way that its own files allow; each way touches a file of its own. */
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { git, gitInit, miniTree, write } from './rig.ts';

export interface Hostile {
  readonly root: string;
  /** The ways that have run something so far. */
  ran(): string[];
  /** A program that leaves a trace when it is run. */
  trap(name: string): string;
}

/** Settings of `.git/config` that name a program. */
const SETTINGS: Readonly<Record<string, (trap: string) => string>> = {
  'core.fsmonitor': (trap) => trap,
  'core.pager': (trap) => trap,
  'core.editor': (trap) => trap,
  'core.sshCommand': (trap) => trap,
  'core.gitProxy': (trap) => trap,
  'core.askPass': (trap) => trap,
  'core.alternateRefsCommand': (trap) => trap,
  'sequence.editor': (trap) => trap,
  'credential.helper': (trap) => `!${trap}`,
  'diff.external': (trap) => trap,
  'diff.evil.command': (trap) => trap,
  'diff.words.textconv': (trap) => trap,
  'filter.evil.clean': (trap) => trap,
  'filter.evil.smudge': (trap) => trap,
  'filter.late.process': (trap) => trap,
  'filter.a.b-c.clean': (trap) => trap,
  'merge.evil.driver': (trap) => trap,
  'gpg.program': (trap) => trap,
  'uploadpack.packObjectsHook': (trap) => trap,
  'remote.origin.uploadpack': (trap) => trap,
  'alias.status': (trap) => `!${trap}`,
  'alias.rev-parse': (trap) => `!${trap}`,
  'pager.log': (trap) => trap,
  'trace2.eventTarget': (trap) => trap,
};
const HOOKS = ['post-checkout', 'post-index-change', 'pre-commit', 'reference-transaction', 'fsmonitor-watchman'];

/** @param dir an empty folder; the repository is made in `dir/cpython`. */
export function hostile(dir: string): Hostile {
  const traces = path.join(dir, 'traces');
  const traps = path.join(dir, 'traps');
  for (const folder of [traces, traps]) mkdirSync(folder, { recursive: true });
  const trap = (name: string): string => {
    const file = path.join(traps, name.replace(/[^\w-]/g, '-'));
    writeFileSync(file, `#!/bin/sh\n: > '${path.join(traces, path.basename(file))}'\nexec cat\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const root = gitInit(miniTree(path.join(dir, 'cpython')), 'v3.9.2');
  // A second commit that takes a file away, for the history; then local edits, so that git must read the files.
  write(root, { 'Tools/pybench/pybench.py': 'x = 1\n', 'Tools/pybench/Old.py': 'x = 1\n' });
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'pybench');
  git(root, 'mv', 'Python/ceval.c', 'Python/eval.c');
  git(root, 'mv', 'Python/eval.c', 'Python/ceval.c');
  git(root, 'rm', '-q', '-r', 'Tools');
  git(root, 'commit', '-q', '-m', 'no pybench');
  write(root, {
    '.gitattributes':
      '*.c filter=evil diff=evil merge=evil\n*.h filter=late\nconfigure filter=a.b-c\n*.py diff=words\n',
    'Objects/frameobject.c': 'int frame2;\n',
    configure: '#!/bin/sh\n:\n',
  });
  // A signed commit, which a signature program would be asked about.
  const signed = `${git(root, 'cat-file', 'commit', 'HEAD').replace(/\n\n/, '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n')}`;
  write(dir, { commit: signed });
  git(root, 'update-ref', 'HEAD', git(root, 'hash-object', '-t', 'commit', '-w', path.join(dir, 'commit')).trim());
  // A submodule with settings of its own.
  const inner = gitInit(write(path.join(root, 'inner'), { 'a.c': 'int a;\n', '.gitattributes': '*.c filter=inner\n' }));
  git(root, '-c', 'advice.addEmbeddedRepo=false', 'add', 'inner');
  git(root, 'commit', '-q', '-m', 'submodule', '--', 'inner');
  write(inner, { 'a.c': 'int b;\n' });
  git(inner, 'config', 'filter.inner.clean', trap('submodule filter'));
  git(inner, 'config', 'core.fsmonitor', trap('submodule fsmonitor'));
  for (const [name, value] of Object.entries(SETTINGS)) git(root, 'config', name, value(trap(name)));
  git(root, 'config', 'log.showSignature', 'true');
  git(root, 'config', 'submodule.recurse', 'true');
  git(root, 'config', 'core.untrackedCache', 'true');
  // An include with one more, and a filter that nobody is asked about.
  write(root, { '.git/more': `[filter "included"]\n\tclean = ${trap('included filter')}\n\trequired = true\n` });
  git(root, 'config', 'include.path', 'more');
  write(root, { '.git/info/attributes': 'Include/* filter=included\n' });
  for (const hook of HOOKS) write(root, { [`.git/hooks/${hook}`]: `#!/bin/sh\nexec '${trap(`hook ${hook}`)}'\n` });
  for (const hook of HOOKS) chmodSync(path.join(root, '.git/hooks', hook), 0o755);
  return { root, trap, ran: () => (existsSync(traces) ? readdirSync(traces).sort() : []) };
}
