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
