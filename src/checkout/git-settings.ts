import { devNull } from 'node:os';
import type { Context } from '../system/context.ts';

/**
 * What git may do in a folder. `read`: a repository of anybody's, of which nothing is run. `fetch`: a repository that was
 * made here, to bring something into it over the network. `own`: the user's repository as the user set it up, with its
 * hooks and filters; git itself refuses when another user owns it (safe.directory).
 */
export type GitMay = 'read' | 'fetch' | 'own';

/** What git may see of the user's environment: who they are, how they reach the network, nothing that changes answers. */
const KEPT =
  /^(PATH|HOME|USER|LOGNAME|USERPROFILE|SYSTEMROOT|TEMP|TMP|TMPDIR|XDG_CONFIG_HOME|SSH_AUTH_SOCK|SSH_ASKPASS|GIT_SSH|GIT_SSH_COMMAND|GIT_SSL_CAINFO|GIT_SSL_CAPATH|GIT_CONFIG_GLOBAL|GIT_CONFIG_SYSTEM|GIT_CONFIG_NOSYSTEM|SSL_CERT_FILE|SSL_CERT_DIR|(https?|all|no|ftp)_proxy)$/i;
const IDENTITY = /^GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)$/;

/** Of each way of working: nothing asks, and words are git's own. */
const PLAIN = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
const ENVIRONMENTS: Readonly<Record<GitMay, Readonly<Record<string, string>>>> = {
  // An object that a partial clone lacks is not fetched. Older versions do not know the first word: the second one stops them.
  // `git status` would refresh the index: the user's repository is read, never written.
  read: { ...PLAIN, GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none', GIT_OPTIONAL_LOCKS: '0' },
  // What is made here begins without hooks and settings of the user's template.
  fetch: { ...PLAIN, GIT_TEMPLATE_DIR: '' },
  own: PLAIN,
};

/** The environment of every git that is started here. */
export function gitEnvironment(env: Context['env'], may: GitMay): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => KEPT.test(name) || (may === 'own' && IDENTITY.test(name)));
  return { ...Object.fromEntries(kept), ...ENVIRONMENTS[may] };
}

const READABLE = ['core.quotePath=false', 'color.ui=false'];
/** Settings that would have git run a program of a repository's choosing, or leave one behind. */
const NOTHING_RUNS = [
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  'log.showSignature=false',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'maintenance.auto=false',
  'gc.auto=0',
  'protocol.ext.allow=never',
];
// Into a submodule git goes with that one's own filters, which nobody has turned off.
const NOT_INSIDE = '--ignore-submodules=dirty';
const NO_DIFF_PROGRAMS = ['--no-ext-diff', '--no-textconv', NOT_INSIDE];
const OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['diff', NO_DIFF_PROGRAMS],
  ['log', NO_DIFF_PROGRAMS],
  ['show', NO_DIFF_PROGRAMS],
  ['status', [NOT_INSIDE]],
]);

/** Commands that neither read nor write files of a work tree, so that no filter is asked for. */
const NO_FILES: ReadonlySet<string> = new Set(
  'cat-file config describe fetch for-each-ref init log ls-files ls-remote merge-file remote rev-parse show'.split(' '),
);

/** The command in the arguments of git: what comes after `-c NAME=VALUE`. */
export function commandIn(args: readonly string[]): { readonly at: number; readonly name: string } {
  let at = 0;
  while (args[at] === '-c') at += 2;
  return { at, name: args[at] ?? '' };
}

/** Whether filters (`filter.NAME.clean` …) must be found and turned off before the command runs. */
export const asksFilters = (name: string, may: GitMay): boolean => may !== 'own' && !NO_FILES.has(name);

/** The arguments as git is given them. @param filters names of filters that are turned off. */
export function gitArguments(args: readonly string[], may: GitMay, filters: readonly string[]): readonly string[] {
  const { at, name } = commandIn(args);
  const off = filters.flatMap((filter) => [
    // Empty commands are none, and a process that is named, though empty, keeps the two others out.
    ...['clean', 'smudge', 'process'].map((way) => `filter.${filter}.${way}=`),
    `filter.${filter}.required=false`,
  ]);
  const settings = [...READABLE, ...(may === 'own' ? [] : NOTHING_RUNS), ...off];
  const plain = may === 'own' ? [] : (OPTIONS.get(name) ?? []);
  return [
    '--no-pager',
    ...settings.flatMap((s) => ['-c', s]),
    ...args.slice(0, at + 1),
    ...plain,
    ...args.slice(at + 1),
  ];
}
