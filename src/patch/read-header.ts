/** What the header of a patch file says of how it was made. */
export interface PatchHeader {
  readonly recipe: { readonly id: string; readonly version: string; readonly hash: string };
  /** As written: name → text. */
  readonly params: Readonly<Record<string, string>>;
  /** Globs of files that were named beside the recipe's own. */
  readonly include: readonly string[];
  readonly pythonVersion: string;
  /** What the patch was made from, as `describeBase` writes it. */
  readonly base: string;
}

/** Where the mail's message ends (git-am(1)); what follows is the diff. */
const END = '\n---\n';

/**
 * Reads back what `patchMail` wrote.
 * @param text the patch file as latin1.
 * @returns `undefined` when it is not a patch that Forkwright made: a field is missing.
 */
export function readPatchHeader(text: string): PatchHeader | undefined {
  const end = text.indexOf(END);
  const diff = /^diff --git /m.exec(text)?.index ?? text.length;
  if (end < 0 || end > diff) return undefined;
  const lines = text.slice(0, end).split(/\r?\n/);
  // The last one: the reason above it is the recipe's own words.
  const field = (name: string) => lines.findLast((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const [, id, version] = /^(\S+) (\S+)$/.exec(field('Recipe') ?? '') ?? [];
  const hash = /^[0-9a-f]{64}$/.exec(field('Recipe-SHA256') ?? '')?.[0];
  const pythonVersion = field('Python');
  const base = field('Base');
  if (id === undefined || version === undefined || hash === undefined) return undefined;
  if (pythonVersion === undefined || base === undefined) return undefined;
  const params = (field('Params') ?? '').split(' ').filter((param) => param.includes('='));
  return {
    recipe: { id, version, hash },
    params: Object.fromEntries(
      params.map((param) => [param.slice(0, param.indexOf('=')), param.slice(param.indexOf('=') + 1)]),
    ),
    include: (field('Include') ?? '').split(' ').filter((glob) => glob !== ''),
    pythonVersion,
    base,
  };
}
