import { stat } from 'node:fs/promises';
import { UserError } from '../system/diagnostic.ts';
import { byCodeUnit, fingerprint, sha256 } from '../system/hash.ts';
import type { Toolchain } from '../targets/types.ts';
import type { BuildPlan, BuildRequest, ChangedSource } from './types.ts';

/** A build's key is this many hex digits of its fingerprint. */
export const KEY_LENGTH = 16;

/**
 * The plan of a build, with its fingerprint: what the driver says went into it, and what goes into every build.
 * @param decided by the driver; `request` has the target as it is for the version.
 * @param inputs plain data. Entries of another `schema` number are not hits: it changes with how a driver builds.
 */
export function planned(
  decided: Omit<BuildPlan, 'changes' | 'inputs' | 'fingerprint' | 'key'>,
  inputs: { readonly schema: number } & Record<string, unknown>,
): BuildPlan {
  const { checkout, target } = decided.request;
  const changes = finalChanges(decided.request);
  const all = {
    ...inputs,
    python: checkout.version.text,
    tree: checkout.base.treeHash,
    changes: changes.map(({ path, after, executable, is }) => ({
      path,
      ...(is === 'removed' ? { removed: true } : { sha256: sha256(Buffer.from(after, 'latin1')) }),
      ...(executable === undefined ? {} : { executable }),
    })),
    driver: target.driver,
    target: target.name,
    ...(decided.buildPython === undefined ? {} : { buildPython: decided.buildPython.key }),
  };
  const print = fingerprint(all);
  return { ...decided, changes, inputs: all, fingerprint: print, key: print.slice(0, KEY_LENGTH) };
}

/** The files that the variant's patches change, as the last of them leaves each, sorted by path. */
export function finalChanges(request: BuildRequest): readonly ChangedSource[] {
  const byPath = new Map<string, ChangedSource>();
  for (const patch of request.patches) {
    for (const { path, after, executable = byPath.get(path)?.executable, is } of patch.files) {
      byPath.set(path, { path, after, executable, is });
    }
  }
  return [...byPath.values()].sort((a, b) => byCodeUnit(a.path, b.path));
}

/** What tells a file that was replaced: its size in bytes, and when it was changed in seconds since 1970. */
export async function identity(file: string) {
  const { size, mtimeMs } = await stat(file);
  return { bytes: size, modified: Math.floor(mtimeMs / 1000) };
}

/** What of a compiler goes into a fingerprint: also what tells a replaced one that calls itself the same version. */
export async function compilerInputs({ path, version, triplet }: Toolchain['cc']): Promise<object> {
  return { path, version, triplet, ...(await identity(path)) };
}

/** @throws UserError `build/no-such-option` for options that a build for Windows has no place for. */
export function refuseConfigure({ options, patches }: BuildRequest): void {
  const asked = options.configure.length > 0 ? options.configure : patches.flatMap((one) => one.buildOptions);
  if (asked.length > 0)
    throw noSuchOption(`CPython's Windows build has no configure: ${asked.join(' ')} means nothing to it`);
}

export function noSuchOption(message: string): UserError {
  return new UserError({ code: 'build/no-such-option', message, hint: 'leave the option out for this target' });
}
