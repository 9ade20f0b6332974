import type { ParsedPatch } from '../diff/types.ts';

export interface PatchHeader {
  readonly recipe: { readonly id: string; readonly version: string; readonly hash: string };
  /** As written: name → text. */
  readonly params: Readonly<Record<string, string>>;
  readonly configure: readonly string[];
  /** Globs of files that were named beside the recipe's own. */
  readonly include: readonly string[];
  readonly pythonVersion: string;
  /** What the patch was made from, as `describeBase` writes it. */
  readonly base: string;
}

/**
 * Reads back what `patchMail` wrote.
 * @returns `undefined` when it is not a patch that Forkwright made: a field is missing.
 */
export function readPatchHeader({ message, isMail }: ParsedPatch): PatchHeader | undefined {
  if (!isMail) return undefined;
  const lines = message.split('\n');
  // The last one: the reason above it is the recipe's own words.
  const field = (name: string) => lines.findLast((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const [, id, version] = /^(\S+) (\S+)$/.exec(field('Recipe') ?? '') ?? [];
  const hash = /^[0-9a-f]{64}$/.exec(field('Recipe-SHA256') ?? '')?.[0];
  const pythonVersion = field('Python');
  const base = field('Base');
  if (id === undefined || version === undefined || hash === undefined) return undefined;
  if (pythonVersion === undefined || base === undefined) return undefined;
  const words = (name: string) => (field(name) ?? '').split(' ').filter((word) => word !== '');
  const params = words('Params').filter((param) => param.includes('='));
  return {
    recipe: { id, version, hash },
    params: Object.fromEntries(
      params.map((param) => [param.slice(0, param.indexOf('=')), param.slice(param.indexOf('=') + 1)]),
    ),
    configure: words('Configure'),
    include: words('Include'),
    pythonVersion,
    base,
  };
}
