const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

/** A file name as git writes it: plain, or in C's quotes where it holds anything odd (git-config(1), core.quotePath). */
export function unquotePath(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (quoted === undefined) return text;
  return quoted.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : (SIMPLE[code] ?? code),
  );
}

/** The path of a `---` or `+++` line, without `a/` or `b/`; `undefined` for /dev/null. */
export function sidePath(text: string): string | undefined {
  // What follows a tab is a time, as diff -u writes it.
  const name = unquotePath(text.startsWith('"') ? text : (text.split('\t')[0] ?? ''));
  return name === '/dev/null' ? undefined : stripSide(name);
}

/** As `diff -N` dates a file that is not there: the epoch, in any time zone (git apply knows it by that, too). */
const EPOCH = /\t(?:1969-12-31|1970-01-01) /;

/**
 * The paths of a plain diff's `---` and `+++` lines, which are one file's: `old/a.c` and `new/a.c`, `a.c.orig` and `a.c`
 * are `a.c`, as for git apply and patch(1).
 */
export function plainSides(
  old: string,
  now: string,
): { readonly old?: string | undefined; readonly now?: string | undefined } {
  const [before, after] = [EPOCH.test(old) ? undefined : sidePath(old), EPOCH.test(now) ? undefined : sidePath(now)];
  if (before === undefined || after === undefined) {
    // Of one that is there the other line tells how deep the two folders lie.
    const [there, other] = before === undefined ? [now, old] : [old, now];
    const name = common(there, other) ?? before ?? after;
    return before === undefined ? { now: name } : { old: name };
  }
  const name = common(old, now) ?? (before.length < after.length ? before : after);
  return { old: name, now: name };
}

/** What is left of two names that differ in their first folder alone. */
function common(first: string, second: string): string | undefined {
  const [a, b] = [first, second].map((text) => unquotePath(text.startsWith('"') ? text : (text.split('\t')[0] ?? '')));
  const rest = a?.slice(a.indexOf('/') + 1);
  return a !== b && a?.includes('/') && b?.includes('/') && rest === b.slice(b.indexOf('/') + 1) ? rest : undefined;
}

export const stripSide = (name: string): string => name.replace(/^[abciwo]\//, '');

/** Both names of a `diff --git` line, when nothing else says them (a mode change, an empty or binary file). */
export function bothPaths(text: string): { readonly old: string; readonly now: string } | undefined {
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(text);
  if (quoted !== null)
    return { old: stripSide(unquotePath(quoted[1] ?? '')), now: stripSide(unquotePath(quoted[2] ?? '')) };
  // Names with spaces are not quoted: the two are the same then, or a line of their own says them.
  const half = (text.length - 1) / 2;
  const [old, now] = [stripSide(text.slice(0, half)), stripSide(text.slice(half + 1))];
  return old === now ? { old, now } : undefined;
}
