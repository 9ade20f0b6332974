const LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};

/** A file name (bytes as latin1) as git writes it: in C's quotes where it holds anything odd (git-config(1), core.quotePath). */
export function quotePath(name: string): string {
  if (!/["\\]|[^\x20-\x7e]/.test(name)) return name;
  return `"${name.replace(/["\\]|[^\x20-\x7e]/g, (c) =>
    c === '"' || c === '\\' ? `\\${c}` : `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )}"`;
}

/** The name that git wrote. What follows the closing quote is left out. */
export function unquotePath(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (quoted === undefined) return text;
  return quoted.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : (LETTERS[code] ?? code),
  );
}

/** A time as `diff -u` puts it after a name; mailers make a space of the tab before it. */
const TIME = /(?:\t|[ \t]+(?=\d{4}-\d\d-\d\d \d\d:))(.*)$/s;

/** The path of a `---` or `+++` line. A file is not there when it is /dev/null, or is of the epoch (`diff -N`); unclear where only patch(1) knows that form of it. */
export function namedIn(line: string) {
  const text = line.slice('--- '.length);
  const time = text.startsWith('"') ? null : TIME.exec(text);
  const path = unquotePath(time === null ? text.replace(/ +$/, '') : text.slice(0, time.index));
  const at = time?.[1]?.trim() ?? '';
  const isUnclear = !isEpoch(at) && Date.parse(`${at.replace(/\.0+/, '')} UTC`) === 0;
  return { path, isThere: path !== '/dev/null' && !isEpoch(at), isUnclear };
}

/** `1970-01-01 01:00:00.000000000 +0100`, in any time zone. One second later is a file's time: some make all files so old. */
function isEpoch(time: string): boolean {
  const [, day, hour, zone, minutes] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.0+)? ([-+]\d\d):?(\d\d)$/.exec(time) ?? [];
  return day !== undefined && Date.parse(`${day}T${hour}${zone}:${minutes}`) === 0;
}

/** The two names of a `diff --git` line: only where they are the same but for the prefix is it clear where the second begins. */
export function gitNames(text: string): readonly [string, string] | undefined {
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(text);
  if (quoted !== null) return [unquotePath(quoted[1] ?? ''), unquotePath(quoted[2] ?? '')];
  const half = (text.length - 1) / 2;
  const [a, b] = [text.slice(0, half), text.slice(half + 1)];
  return text[half] === ' ' && withoutSide(a) === withoutSide(b) ? [a, b] : undefined;
}

/** git's own prefixes: `a/`, `b/`, and the mnemonic ones (git-config(1), diff.mnemonicPrefix). */
export const withoutSide = (name: string): string => name.replace(/^[abciwo]\//, '');

/** `path` without its first `count` folders, as `patch -p` has it; `undefined` when it has not so many, or leads elsewhere. */
export function stripped(path: string, count: number): string | undefined {
  const parts = path.split(/\/+/);
  if (parts.length <= count) return undefined;
  const rest = parts.slice(count);
  if (rest.some((part) => part === '..' || part === '' || part === '.')) return undefined;
  return rest.join('/');
}

/** Why a path must not be followed. `../` at its begin may be left out by `-p`, and is refused where it is not. */
export function pathProblem(path: string): string | undefined {
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return 'an absolute path may lead anywhere';
  if (path === '' || /[\0\n]/.test(path)) return 'this is no name of a file';
  const parts = path.split('/');
  const first = parts.findIndex((part) => part !== '..' && part !== '.');
  if (parts.slice(Math.max(0, first)).includes('..') || first < 0) return 'a path with ".." may lead out of the tree';
  if (parts.some((part) => /^\.git$/i.test(part))) return "git's own folder is not a part of the tree";
  return undefined;
}

/** Why no file can be made at a path: a file or a link stands where a folder is wanted, or a folder where the file is. */
export function inTheWay(path: string, files: readonly string[]): string | undefined {
  const found = files.find((file) => path.startsWith(`${file}/`) || file.startsWith(`${path}/`));
  return found && `${path} cannot be made: ${found.startsWith(path) ? 'it is a folder' : `${found} is a file`}`;
}
