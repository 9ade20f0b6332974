import { UserError } from '../../system/diagnostic.ts';

/** What a user asks `forkwright source` for. */
export type SourceSpec =
  /** `2.7`: the newest release of a series; `3.14.2`: exactly that one. */
  | { readonly kind: 'version'; readonly short: string; readonly exact: string | undefined }
  /** `v3.8.5`: a tag of CPython's repository. */
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'git'; readonly url: string; readonly ref: string | undefined };

const VERSION = /^(\d+)\.(\d+)(?:\.(\d+)((?:a|b|rc)\d+)?)?$/;

/**
 * Reads `2.7`, `3.14.2`, `3.15.0a1`, `v3.8.5`, or a git URL with an optional `#ref`.
 * @throws UserError `checkout/bad-source`.
 */
export function parseSpec(text: string): SourceSpec {
  const version = VERSION.exec(text);
  if (version !== null) {
    const [, major, minor, micro] = version;
    return { kind: 'version', short: `${major}.${minor}`, exact: micro === undefined ? undefined : text };
  }
  if (/^v\d+\.\d+(\.\d+)?((a|b|c|rc)\d+)?$/.test(text)) return { kind: 'tag', tag: text };
  const [url = '', ref] = splitRef(text);
  if (/^(https?|ssh|git|file):\/\/./.test(url) || /^[\w.-]+@[\w.-]+:./.test(url)) {
    // What begins with a dash would be an option of git's.
    if (ref === undefined || /^[\w.][\w./+-]*$/.test(ref)) return { kind: 'git', url, ref };
  }
  throw new UserError({
    code: 'checkout/bad-source',
    message: `"${text}" names no sources`,
    hint: 'give a version (2.7, 3.14.2), a tag (v3.8.5), or a git URL (https://host/fork.git#branch)',
  });
}

function splitRef(text: string): [string, string | undefined] {
  const hash = text.lastIndexOf('#');
  return hash < 0 ? [text, undefined] : [text.slice(0, hash), text.slice(hash + 1)];
}
