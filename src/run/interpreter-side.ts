import { type Found, factsOfBuild, findInterpreter } from '../builds/found.ts';
import type { Settings } from '../change/settings.ts';
import type { Checkout, SourceTree } from '../checkout/types.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import type { AskedSide } from './asked.ts';
import type { RunRequest } from './request.ts';

/**
 * Opens a side that is an interpreter which was built elsewhere: nothing of it is built, and it has no sources to look into.
 * @throws UserError for what is no CPython; `run/interpreter-changed` where it is not the one that the run was begun with.
 */
export async function openInterpreter(
  { name, checkout: python, interpreter }: Pick<AskedSide, 'name' | 'checkout' | 'interpreter'>,
  ctx: Context,
): Promise<{ readonly checkout: Checkout; readonly tree: SourceTree; readonly found: Found }> {
  const found = await findInterpreter(python, 'host', ctx);
  const { build, version } = found;
  const { fingerprint: print, interpreter: facts } = build;
  if (interpreter !== undefined && interpreter !== print) {
    throw new UserError({
      code: 'run/interpreter-changed',
      message: `${name} is not the interpreter that the run was begun with: its program, its library or its modules are others`,
      place: { file: python },
      hint: 'start a new run; what was measured before is of the old one',
    });
  }
  const base = { kind: 'interpreter', treeHash: print } as const;
  const isFork = !/^cpython$/i.test(facts.implementation);
  const checkout: Checkout = {
    root: build.python,
    version,
    flavour: { kind: isFork ? 'fork' : 'release', name: isFork ? facts.implementation : 'CPython', evidence: [] },
    layout: { builtInPlace: false },
    base,
    localChanges: [],
  };
  const tree: SourceTree = { version, base, label: python, list: async () => [], read: async () => undefined };
  return { checkout, tree, found };
}

/** @throws UserError for a target that builds for, or runs on, another machine: an interpreter that is here runs here. */
export function refuseTargets(name: string, targets: readonly TargetDescriptor[]): void {
  const other = targets.find(({ run }) => run.runner !== 'native');
  if (other === undefined) return;
  throw new UserError({
    code: 'run/interpreter-target',
    message: `${name} is an interpreter that runs on this machine, and ${other.name} is a target that runs elsewhere`,
    hint: 'leave out --target and --runner',
  });
}

/** @throws UserError for settings of a build: it is built. */
export function refuseBuildSettings(name: string, { configure, cflags, pgo }: Settings): void {
  const [one] = [...configure, ...(cflags === undefined ? [] : [cflags]), ...(pgo ? ['pgo'] : [])];
  if (one === undefined) return;
  throw new UserError({
    code: 'run/interpreter-settings',
    message: `${name}: ${one} is a setting of a build, and this interpreter is built already`,
    hint: 'NAME=VALUE and -X OPTION go with an interpreter; to build with it, name a source tree',
  });
}

/** @throws UserError for interpreters of which what differs would be the machine, not the interpreter. */
export async function refuseUnlike(
  built: readonly Found['build'][],
  names: readonly string[],
  ctx: Context,
): Promise<void> {
  const [a, b] = await Promise.all(built.map((one) => factsOfBuild(one, ctx)));
  if (a === undefined || b === undefined || a.architecture === b.architecture) return;
  throw new UserError({
    code: 'run/other-architecture',
    message: `${names[0]} is for ${a.architecture}, and ${names[1]} for ${b.architecture}: what differs would be the machine`,
    hint: 'compare two interpreters that were built for the same kind of machine',
  });
}

/** @throws UserError for Python 2 beside 3 where pybench is asked for: its tests are written for one of them. */
export function refuseMajors(
  { bench, stages }: RunRequest,
  sides: readonly { readonly checkout: Pick<Checkout, 'version'> }[],
): void {
  const [a, b] = sides.map(({ checkout }) => checkout.version);
  if (a === undefined || b === undefined || a.major === b.major) return;
  if (bench.suite !== undefined || !(stages.includes('speed') || stages.includes('instructions'))) return;
  throw new UserError({
    code: 'run/other-major',
    message: `pybench cannot run on both Python ${a.text} and ${b.text}: its tests are written for Python ${a.major} or for ${b.major}`,
    hint: 'measure what runs on both: --suite startup, or scripts of your own with --suite FILE.py',
  });
}
