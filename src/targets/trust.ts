import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { configFolder } from '../system/cache-folder.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { writeFileAtomic } from '../system/files.ts';
import { fingerprint } from '../system/hash.ts';
import type { TargetDescriptor } from './types.ts';

type Env = Pick<Context, 'env'>['env'];

/**
 * What a person has trusted, a line each: hash, file, target. A target of a `forkwright.yml` names programs that are
 * started; the file may be a stranger's. As direnv does, it is trusted by content and place, once.
 */
const recordOf = (env: Env) => path.join(configFolder(env), 'trusted');

/** What is trusted: all that the target says, in this file. Programs may be named relative to it. */
const keyOf = (target: TargetDescriptor, file: string) => fingerprint([file, target]);

async function trustedKeys(env: Env): Promise<ReadonlySet<string>> {
  const text = await readFile(recordOf(env), 'utf8').catch(() => '');
  return new Set(text.split('\n').map((line) => line.slice(0, 64)));
}

/** `FORKWRIGHT_TRUST_CONFIG=1`: for machines where nobody can be asked and the configuration is one's own. */
const trustsAll = (env: Env) => /^(?:1|true|yes)$/i.test(env.FORKWRIGHT_TRUST_CONFIG ?? '');

/** Whether a target of a configuration file may start what it names. */
export async function isTrusted(target: TargetDescriptor, file: string, env: Env): Promise<boolean> {
  return trustsAll(env) || (await trustedKeys(env)).has(keyOf(target, file));
}

/** A person has looked at them. @param targets of `file`, as its schema read them. */
export async function trust(targets: readonly TargetDescriptor[], file: string, env: Env): Promise<void> {
  const known = await readFile(recordOf(env), 'utf8').catch(() => '');
  const lines = targets
    .filter((target) => !known.includes(keyOf(target, file)))
    .map((target) => `${keyOf(target, file)} ${JSON.stringify(file)} ${target.name}\n`);
  if (lines.length > 0) await writeFileAtomic(recordOf(env), known + lines.join(''));
}

/** What a target would start or hand to programs that are started, in words. */
export function wouldRun({ toolchain = {}, run, cflags, ldflags, configure }: TargetDescriptor): string[] {
  const { cc, prefix, tools = {}, folders = [], environment = {}, packages = [] } = toolchain;
  const say = (what: string, value: string | undefined) => (value ? [`${what}: ${value}`] : []);
  const words = (list: readonly string[] | undefined) => list?.map((word) => JSON.stringify(word)).join(' ');
  return [
    ...say('compiler', words(cc)),
    ...say('programs with the prefix', prefix),
    ...Object.entries(tools).flatMap(([name, program]) => say(name, program)),
    ...say('programs from', words(folders)),
    ...Object.entries(environment).flatMap(([name, { default: value }]) => say('variable', `${name}=${value}`)),
    ...say('flags', [cflags, ldflags, words(configure)].filter(Boolean).join(' ')),
    ...('program' in run ? say('interpreters run by', run.program) : []),
    ...('url' in run ? say('connects to', [run.url, words(run.options)].filter(Boolean).join(' ')) : []),
    ...say('packages for `doctor --fix`', packages.join(' ')),
  ];
}

/** @throws UserError `target/not-trusted`, with what the target would run. */
export async function requireTrust(target: TargetDescriptor, file: string | undefined, env: Env): Promise<void> {
  if (file === undefined || (await isTrusted(target, file, env))) return;
  throw new UserError({
    code: 'target/not-trusted',
    message: `the target ${target.name} comes from a configuration file that nobody has trusted yet: nothing of it was run`,
    place: { file },
    detail: wouldRun(target),
    hint: 'look at the file; if it is yours, say `forkwright trust` (in CI: FORKWRIGHT_TRUST_CONFIG=1)',
  });
}
