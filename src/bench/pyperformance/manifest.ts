import { UserError } from '../../system/diagnostic.ts';

/** A benchmark that a manifest declares, and where its metadata is: a file relative to the manifest, or absolute. */
interface Declared {
  readonly name: string;
  readonly metafile: string;
}

interface Member {
  readonly name: string;
  readonly out: boolean;
}

/** A MANIFEST of pyperformance (its docs: custom_benchmarks). A group without members is a tag of the benchmarks' metadata. */
export interface Manifest {
  readonly benchmarks: readonly Declared[];
  readonly groups: ReadonlyMap<string, readonly Member[]>;
  /** Other manifests, as written; `<default>` is pyperformance's own. */
  readonly includes: readonly string[];
}

/** @throws UserError with the line of what cannot be read. */
export function parseManifest(text: string, file: string): Manifest {
  const benchmarks: Declared[] = [];
  const includes: string[] = [];
  const groups = new Map<string, Member[]>();
  let section: string | undefined;
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = whole.replace(/#.*/s, '').trim();
    const bad = (message: string) =>
      new UserError({
        code: 'bench/bad-manifest',
        message,
        place: { file, line: index + 1 },
        hint: 'pyperformance’s MANIFEST has the sections [benchmarks], [includes], [groups] and [group NAME]',
      });
    if (line === '') continue;
    const head = /^\[(.*)\]$/.exec(line)?.[1]?.trim();
    if (head !== undefined) {
      if (!/^(benchmarks|includes|groups|group \S+)$/.test(head)) throw bad(`unknown section [${head}]`);
      section = head;
      const group = /^group (.*)/.exec(head)?.[1];
      if (group !== undefined && !groups.has(group)) groups.set(group, []);
    } else if (section === 'benchmarks') {
      const [name = '', metafile, ...more] = line.split('\t').map((field) => field.trim());
      if (metafile === undefined || more.length > 0) throw bad('expected a name and a metafile, with a tab between');
      if (name === 'name' && metafile === 'metafile') continue;
      if (!/^\w[\w.-]*$/.test(name)) throw bad(`"${name}" is no name of a benchmark`);
      const found = metafileOf(name, metafile);
      if (found === undefined) throw bad(`unknown metafile ${metafile}`);
      if (benchmarks.some((one) => one.name === name)) throw bad(`${name} is declared twice`);
      benchmarks.push({ name, metafile: found });
    } else if (section === 'includes') includes.push(line);
    else if (section === 'groups') groups.set(line, groups.get(line) ?? []);
    else if (section !== undefined) {
      groups.get(section.slice('group '.length))?.push({ name: line.replace(/^[-+]/, ''), out: line.startsWith('-') });
    } else throw bad('this stands before any section');
  }
  return { benchmarks, groups, includes };
}

function metafileOf(name: string, metafile: string): string | undefined {
  const local = /^<local(?::(\w[\w.-]*))?>$/.exec(metafile);
  if (local !== null) return local[1] === undefined ? `bm_${name}/pyproject.toml` : `bm_${local[1]}/bm_${name}.toml`;
  if (metafile === '-' || metafile === '') return `bm_${name}/pyproject.toml`;
  return metafile.startsWith('<') ? undefined : metafile;
}

interface Tagged {
  readonly name: string;
  readonly tags: readonly string[];
}

/**
 * The benchmarks that a selection means: names, groups and tags, separated by commas; with a minus before it, all but that.
 * @param selection nothing means the group `default`.
 * @throws UserError for a word that is none of them.
 */
export function selectBenchmarks<B extends Tagged>(
  benchmarks: readonly B[],
  groups: Manifest['groups'],
  selection: string | undefined,
): readonly B[] {
  const words = (selection ?? 'default').split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
  const known = [...new Set([...groups.keys(), ...benchmarks.flatMap(({ tags }) => tags), 'all', 'default'])].sort();
  const wanted = new Set<B>();
  if (words.every((word) => word.startsWith('-'))) words.unshift('default');
  for (const word of words) {
    const name = word.replace(/^-/, '');
    const found = membersOf(name, benchmarks, groups, []);
    if (found.length === 0) {
      throw new UserError({
        code: 'bench/no-such-benchmark',
        message: `pyperformance has no benchmark, group or tag "${name}"`,
        hint: `groups and tags: ${known.join(', ')}; benchmarks: ${benchmarks.map((one) => one.name).join(', ')}`,
      });
    }
    for (const one of found) {
      if (word.startsWith('-')) wanted.delete(one);
      else wanted.add(one);
    }
  }
  return benchmarks.filter((one) => wanted.has(one));
}

function membersOf<B extends Tagged>(
  name: string,
  benchmarks: readonly B[],
  groups: Manifest['groups'],
  within: readonly string[],
): readonly B[] {
  const single = benchmarks.filter((one) => one.name === name);
  if (single.length > 0 || within.includes(name)) return single;
  const members = groups.get(name) ?? [];
  if (members.length === 0) {
    if (name === 'all' || name === 'default') return benchmarks;
    return benchmarks.filter(({ tags }) => tags.includes(name));
  }
  const found = new Set<B>(members[0]?.out === true ? benchmarks : []);
  for (const member of members) {
    const named = member.name === '<all>' ? benchmarks : membersOf(member.name, benchmarks, groups, [...within, name]);
    for (const one of named) {
      if (member.out) found.delete(one);
      else found.add(one);
    }
  }
  return [...found];
}
