/**
 * How patches that people really carried over a version fare under `port`, git's three-way merge, patch(1) and wiggle.
 * node scripts/research/port-pairs.ts collect PAIRS PROJECTS CPYTHON…: PROJECTS is a folder of git histories `OWNER+NAME/repo`,
 * CPYTHON a repository with release tags, or VERSION=FOLDER. A pair is an old patch that applies exactly to version A and the new
 * one that its keepers made for B, found where one commit changes both the version and the patch; only those whose old patch does
 * not apply exactly to B. Each is written to PAIRS as JSON, with the files before and after; what is there already is kept.
 * node scripts/research/port-pairs.ts measure PAIRS [--only WORD] [--each] [--accept proven|likely] [--tools]: the tables of
 * docs/porting.md. --tools runs the other tools, too; their results are kept beside the pair.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { diffArrays } from 'diff';
import { gitTree } from '../../src/checkout/index.ts';
import { overlayTree } from '../../src/checkout/overlay-tree.ts';
import type { SourceTree } from '../../src/checkout/types.ts';
import { portPatches } from '../../src/patch/port/index.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import { memoryTree } from '../../test/patch/memory-tree.ts';

type Texts = Record<string, string>;

/** Texts as latin1. */
export interface Pair {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly old: string;
  readonly new: string;
  /** The files that the patches name: of version A, of version B, and of B with the new patch. */
  readonly a: Texts;
  readonly b: Texts;
  readonly want: Texts;
}

const git = (repo: string, ...args: string[]): string =>
  execFileSync('git', ['--git-dir', repo, ...args], {
    encoding: 'latin1',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 120_000,
  });
const tryGit = (repo: string, ...args: string[]): string | undefined => {
  try {
    return git(repo, ...args);
  } catch {
    return undefined;
  }
};

/** Where a project keeps its patches, and how it says the version. */
interface Project {
  readonly repo: string;
  readonly paths: readonly string[];
  readonly version: (
    show: (file: string) => string | undefined,
    dir: string,
    list: (folder: string) => readonly string[],
  ) => string | undefined;
}

const find = (text: string | undefined, pattern: RegExp): string | undefined => pattern.exec(text ?? '')?.[1];

const PROJECTS: readonly Project[] = [
  {
    repo: 'buildroot+buildroot',
    paths: ['package/python', 'package/python3'],
    version: (show, dir) => {
      const name = dir.split('/')[1] ?? '';
      const text = show(`package/${name}/${name}.mk`);
      const major = find(text, /_VERSION_MAJOR\s*=\s*(\d+\.\d+)/);
      const whole = find(text, /PYTHON3?_VERSION\s*:?=\s*(\S+)/)?.replace(/\$\(\w+_VERSION_MAJOR\)/, major ?? '');
      return whole;
    },
  },
  {
    repo: 'msys2+MINGW-packages',
    paths: ['mingw-w64-python', 'mingw-w64-python2', 'mingw-w64-python3', 'mingw-w64-python27'],
    version: (show, dir) => {
      const text = show(`${dir.split('/')[0]}/PKGBUILD`);
      const base = find(text, /^_pybasever=(\S+)/m) ?? '';
      return find(text, /^pkgver=(\S+)/m)?.replace(/\$\{?_pybasever\}?/, base);
    },
  },
  {
    repo: 'openwrt+packages',
    paths: ['lang/python', 'lang/python3', 'lang/python/python3', 'lang/python/python'],
    version: (show, dir) => {
      const three = /python3/.test(dir);
      const names = [
        'lang/python/python3-version.mk',
        'lang/python/python-version.mk',
        'lang/python/files/python3-version.mk',
        'lang/python3/files/python3-version.mk',
        'lang/python/files/python-version.mk',
        `${dir.replace(/\/patches.*/, '')}/Makefile`,
      ].filter((name) => three || !name.includes('python3-version'));
      for (const name of names) {
        const text = show(name);
        const main = find(text, /^PYTHON3?_VERSION:?=(\d\S*)/m);
        const micro = find(text, /^PYTHON3?_VERSION_MICRO:?=(\d\S*)/m);
        if (main !== undefined && micro !== undefined && main.startsWith('3') === three) return `${main}.${micro}`;
        const own = find(text, /^PKG_VERSION:=(\d+\.\d\S*)/m);
        if (own !== undefined && name.endsWith('Makefile')) return own;
      }
      return undefined;
    },
  },
  {
    repo: 'conda-forge+python-feedstock',
    paths: ['recipe'],
    version: (show) =>
      find(show('recipe/meta.yaml'), /set version = "([\d.]+)"/) ??
      find(show('recipe/meta.yaml'), /^ *version: ([\d.]+)/m),
  },
  {
    repo: 'termux+termux-packages',
    paths: ['packages/python', 'packages/python2'],
    version: (show, dir) => {
      const text = show(`${dir.split('/').slice(0, 2).join('/')}/build.sh`);
      const major = find(text, /_MAJOR_VERSION=["']?(\d+\.\d+)/) ?? '';
      return find(text, /^TERMUX_PKG_VERSION=["']?([^\s"']+)/m)?.replace(/\$\{?_MAJOR_VERSION\}?/, major);
    },
  },
  {
    repo: 'openembedded+openembedded-core',
    paths: ['meta/recipes-devtools/python'],
    version: (_, dir, list) => {
      const three = /python3(?:\/|$|-[\d.])/.test(dir);
      const name = list('meta/recipes-devtools/python/').find((file) =>
        (three ? /\/python3_[\d.]+\.bb$/ : /\/python_[\d.]+\.bb$/).test(file),
      );
      return find(name, /_([\d.]+)\.bb$/);
    },
  },
  {
    repo: 'LibreELEC+LibreELEC.tv',
    paths: ['packages/lang/Python', 'packages/lang/Python2', 'packages/lang/Python3'],
    version: (show, dir) => find(show(`${dir.split('/').slice(0, 3).join('/')}/package.mk`), /^PKG_VERSION="([^"]+)"/m),
  },
];

/** What `patch -p1` without fuzz makes of some files; `undefined` when it refuses. */
function applied(files: Texts, patches: readonly string[]): Texts | undefined {
  return inFolder((folder) => {
    lay(folder, files);
    for (const text of patches) {
      const done = spawnSync(
        'patch',
        ['-p1', '-F0', '--batch', '--forward', '-s', '--no-backup-if-mismatch', '-r', '-'],
        {
          cwd: folder,
          input: Buffer.from(text, 'latin1'),
          timeout: 20_000,
        },
      );
      if (done.status !== 0) return undefined;
    }
    const names = new Set([...Object.keys(files), ...patches.flatMap((text) => namesOf(text))]);
    return taken(folder, [...names]);
  });
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'fw-pairs-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lay(folder: string, files: Texts): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text, 'latin1');
  }
}

const taken = (folder: string, names: readonly string[]): Texts =>
  Object.fromEntries(
    names.flatMap((name) => {
      const file = path.join(folder, name);
      return existsSync(file) ? [[name, readFileSync(file, 'latin1')]] : [];
    }),
  );

/** The files that a patch names, a leading folder left out. */
function namesOf(text: string): string[] {
  const out = new Set<string>();
  for (const [, name = ''] of text.matchAll(/^(?:---|\+\+\+) ([^\s]+)/gm)) {
    const at = name.indexOf('/');
    const own = name.slice(at + 1);
    if (name !== '/dev/null' && at > 0 && !own.startsWith('/') && !own.split('/').includes('..')) out.add(own);
  }
  return [...out];
}

/** Release trees: version → a reader of files. */
function releases(sources: readonly string[]): (version: string) => ((file: string) => string | undefined) | undefined {
  const folders = new Map(sources.filter((s) => s.includes('=')).map((s) => s.split('=') as [string, string]));
  const repos = sources.filter((s) => !s.includes('='));
  const tags = new Map<string, string>();
  for (const repo of repos) for (const tag of git(repo, 'tag').split('\n')) if (!tags.has(tag)) tags.set(tag, repo);
  return (version) => {
    const folder = folders.get(version);
    if (folder !== undefined)
      return (file) => {
        const name = path.join(folder, file);
        return existsSync(name) ? readFileSync(name, 'latin1') : undefined;
      };
    const tag = [`v${version}`, `v${version}.0`, `v${version.replace(/\.0$/, '')}`].find((name) => tags.has(name));
    const repo = tag === undefined ? undefined : tags.get(tag);
    if (tag === undefined || repo === undefined) return undefined;
    return (file) => tryGit(repo, 'show', `${tag}:${file}`);
  };
}

function collect(into: string, projects: string, sources: readonly string[]): void {
  mkdirSync(into, { recursive: true });
  const release = releases(sources);
  let seen = 0;
  const offer = (
    project: string,
    name: string,
    [from, to]: readonly [string, string],
    [old, now]: readonly [string, string],
    [oldBefore, newBefore]: readonly [readonly string[], readonly string[]],
  ) => {
    const id = createHash('sha256').update([project, name, from, to, old, now].join('\0')).digest('hex').slice(0, 12);
    if (existsSync(path.join(into, `${id}.json`)) || existsSync(path.join(into, `${id}.not`))) return;
    const not = (why: string) =>
      writeFileSync(path.join(into, `${id}.not`), `${project} ${name} ${from} ${to}: ${why}\n`);
    const [inA, inB] = [release(from), release(to)];
    if (inA === undefined || inB === undefined) return not('no such release at hand');
    const files = (read: (file: string) => string | undefined, texts: readonly string[]): Texts =>
      Object.fromEntries(
        texts.flatMap(namesOf).flatMap((file) => {
          const text = read(file);
          return text === undefined ? [] : [[file, text]];
        }),
      );
    /** As the release is, or as the patches before leave it. */
    const base = (read: (file: string) => string | undefined, before: readonly string[], text: string) => {
      const plain = files(read, [old, now]);
      if (applied(plain, [text]) !== undefined) return plain;
      const more = applied(files(read, [...before, old, now]), before);
      if (more === undefined || applied(more, [text]) === undefined) return undefined;
      const wanted = new Set([...namesOf(old), ...namesOf(now)]);
      return Object.fromEntries(Object.entries(more).filter(([file]) => wanted.has(file)));
    };
    const a = base(inA, oldBefore, old);
    if (a === undefined) return not('the old patch does not apply to its version');
    const b = base(inB, newBefore, now);
    const want = b === undefined ? undefined : applied(b, [now]);
    if (b === undefined || want === undefined) return not('the new patch does not apply to its version');
    const same = applied(b, [old]);
    if (same !== undefined && JSON.stringify(same) === JSON.stringify(want)) return not('easy: the old patch applies');
    const pair: Pair = { id, project, name, from, to, old, new: now, a, b, want };
    writeFileSync(path.join(into, `${id}.json`), JSON.stringify(pair));
    seen++;
  };
  for (const project of PROJECTS.filter(({ repo }) => repo.includes(values.only ?? ''))) {
    const repo = path.join(projects, project.repo, 'repo');
    if (!existsSync(repo)) continue;
    const log = git(repo, 'log', '--no-merges', '--format=commit %H', '--name-status', '-M30%', '--', ...project.paths);
    for (const part of log.split(/^commit /m).slice(1)) {
      const [hash = '', ...lines] = part.split('\n');
      for (const line of lines) {
        const [status = '', was = '', is = was] = line.split('\t');
        if (!/^[MR]/.test(status) || !/\.(?:patch|diff)$/.test(is)) continue;
        const show = (at: string) => (file: string) => tryGit(repo, 'show', `${at}:${file}`);
        const list = (at: string) => (under: string) =>
          (tryGit(repo, 'ls-tree', '--name-only', at, under) ?? '').split('\n');
        const from = project.version(show(`${hash}^`), path.dirname(was), list(`${hash}^`));
        const to = project.version(show(hash), path.dirname(is), list(hash));
        if (from === undefined || to === undefined || from === to) continue;
        if (release(from) === undefined || release(to) === undefined) continue;
        const [old, now] = [show(`${hash}^`)(was), show(hash)(is)];
        if (old === undefined || now === undefined) continue;
        const before = (at: string, file: string) =>
          (tryGit(repo, 'ls-tree', '--name-only', at, `${path.dirname(file)}/`) ?? '')
            .split('\n')
            .filter((name) => /\.(?:patch|diff)$/.test(name) && name < file)
            .map((name) => show(at)(name) ?? '');
        offer(project.repo, is, [from, to], [old, now], [before(`${hash}^`, was), before(hash, is)]);
      }
    }
  }
  const pyenv = path.join(projects, 'pyenv+pyenv', 'repo');
  if (existsSync(pyenv)) {
    const root = 'plugins/python-build/share/python-build/patches/';
    const byName = new Map<string, { version: string; file: string }[]>();
    const all = git(pyenv, 'ls-tree', '-r', '--name-only', 'HEAD', root).split('\n');
    for (const file of all) {
      const [, version, name] = /\/patches\/(\d[\d.]*)\/Python-[\d.]+\/(.+\.patch)$/.exec(file) ?? [];
      if (version !== undefined && name !== undefined)
        byName.set(name, [...(byName.get(name) ?? []), { version, file }]);
    }
    const number = (v: string) => v.split('.').reduce((sum, n) => sum * 1000 + Number(n), 0);
    for (const [name, found] of byName) {
      found.sort((x, y) => number(x.version.padEnd(5, '.0')) - number(y.version.padEnd(5, '.0')));
      for (const [i, { version, file }] of found.entries()) {
        const next = found[i + 1];
        if (next === undefined) continue;
        const show = (f: string) => git(pyenv, 'show', `HEAD:${f}`);
        const before = (f: string) => all.filter((n) => path.dirname(n) === path.dirname(f) && n < f).map(show);
        offer(
          'pyenv+pyenv',
          name,
          [version, next.version],
          [show(file), show(next.file)],
          [before(file), before(next.file)],
        );
      }
    }
  }
  process.stdout.write(`${seen} new pairs in ${into}\n`);
}

/** What a tool left: the files, and whether it said that all is placed. */
interface Made {
  readonly files: Texts;
  readonly whole: boolean;
  readonly note?: string | undefined;
  /** By grade: how many changes. */
  readonly grades?: Readonly<Record<string, number>> | undefined;
  readonly rows?: readonly string[] | undefined;
}

const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Without blank lines and those that are comments only. */
const substance = (text = ''): string =>
  lines(text)
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(
      (line) =>
        line !== '' && !/^(?:#(?! ?(?:if|el|endif|define|include|undef|error|pragma))|\/\/|\/\*|\*|dnl\b)/.test(line),
    )
    .join('\n');

/** The stretches that differ: where in the first text, what goes and what comes; without white space. */
function pieces(file: string, before = '', after = ''): Map<string, string[]> {
  const out = new Map<string, string[]>();
  let at = 0;
  let open: { at: number; gone: string[]; come: string[] } | undefined;
  const tight = (line: string) => line.replace(/\s+/g, '');
  const close = () => {
    if (open !== undefined) {
      const [gone, come] = [open.gone, open.come].map((all) => all.map(tight).filter((line) => line !== ''));
      if (gone?.join('') !== come?.join(''))
        out.set(`${file}:${open.at}`, [`-${gone?.join('\n')}`, `+${come?.join('\n')}`]);
    }
    open = undefined;
  };
  for (const { value, added, removed } of diffArrays(lines(before), lines(after))) {
    if (!added && !removed) {
      close();
      at += value.length;
      continue;
    }
    open ??= { at, gone: [], come: [] };
    (added ? open.come : open.gone).push(...value);
    if (!added) at += value.length;
  }
  close();
  return out;
}

const piecesOf = (before: Texts, after: Texts): Map<string, string[]> =>
  new Map(
    [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((f) => [...pieces(f, before[f], after[f])]),
  );

/** How much of the substance the keepers kept: 1 when both patches change the same lines. */
function kept({ old, new: now }: Pair): number {
  const bag = (text: string) =>
    (text.match(/^[-+](?![-+]{2} )[^\n]*/gm) ?? []).map((l) => l.replace(/\s+/g, '')).filter((l) => l.length > 1);
  const [x, y] = [bag(old), bag(now)];
  const left = new Map<string, number>();
  for (const line of x) left.set(line, (left.get(line) ?? 0) + 1);
  let same = 0;
  for (const line of y) {
    if ((left.get(line) ?? 0) > 0) same++;
    left.set(line, (left.get(line) ?? 0) - 1);
  }
  return x.length + y.length === 0 ? 1 : (2 * same) / (x.length + y.length);
}

const TOOLS: Readonly<Record<string, (pair: Pair) => Made>> = {
  git: (pair) => mergedBy(pair, (names) => spawnSync('git', ['merge-file', '-p', '--ours', ...names(['b', 'a', 'c'])])),
  patch: ({ b, old }) =>
    inFolder((folder) => {
      lay(folder, b);
      const done = spawnSync(
        'patch',
        ['-p1', '-F2', '--batch', '--forward', '-s', '--no-backup-if-mismatch', '-r', '-'],
        {
          cwd: folder,
          input: Buffer.from(old, 'latin1'),
          timeout: 20_000,
        },
      );
      return { files: taken(folder, [...new Set([...Object.keys(b), ...namesOf(old)])]), whole: done.status === 0 };
    }),
  wiggle: (pair) =>
    mergedBy(pair, (names) => spawnSync('wiggle', ['-m', ...names(['b', 'a', 'c'])], { timeout: 30_000 })),
};

/** Each file merged: version A, A with the old patch, version B. Conflicts are left as B has them. */
function mergedBy(pair: Pair, run: (names: (of: readonly string[]) => string[]) => ReturnType<typeof spawnSync>): Made {
  const after = applied(pair.a, [pair.old]) ?? pair.a;
  const files: Texts = { ...pair.b };
  let whole = true;
  for (const name of new Set([...Object.keys(pair.a), ...Object.keys(after)])) {
    const [a, b, c] = [pair.a[name], pair.b[name], after[name]];
    if (a === c) continue;
    if (a === undefined && b === undefined && c !== undefined) files[name] = c;
    else if (c === undefined && a === b) delete files[name];
    else if (a === undefined || b === undefined || c === undefined) whole &&= b === c;
    else
      inFolder((folder) => {
        lay(folder, { a, b, c });
        const { stdout } = run((names) => names.map((n) => path.join(folder, n)));
        const text = (stdout as Buffer).toString('latin1');
        const plain = spawnSync('git', ['merge-file', '-p', '-q', ...['b', 'a', 'c'].map((n) => path.join(folder, n))]);
        const marks = /^<<<<<<< [^\n]*\n([\s\S]*?)^\|\|\|\|\|\|\|[\s\S]*?^>>>>>>>[^\n]*\n/gm;
        const isGit = !/^<<<<<<</m.test(text);
        if (isGit ? plain.status !== 0 && run.toString().includes('merge-file') : true) whole = false;
        files[name] = text.replace(marks, '$1');
      });
  }
  return { files, whole };
}

async function main(): Promise<void> {
  if (mode === 'collect') return collect(folder, rest[0] ?? '', rest.slice(1));
  const pairs = readdirSync(folder)
    .filter((name) => /^[0-9a-f]{12}\.json$/.test(name))
    .map((name): Pair => JSON.parse(readFileSync(path.join(folder, name), 'utf8')))
    .filter((pair) => JSON.stringify(pair).includes(values.only ?? '') && kept(pair) >= KEPT);
  const ctx = { env: process.env, signal: new AbortController().signal };
  const trees = new Map<string, Promise<SourceTree>>();
  const [repo] = rest;
  const treeOf = async (version: string, files: Texts): Promise<SourceTree> => {
    if (repo === undefined) return memoryTree(files, version);
    const tree = trees.get(version) ?? gitTree(repo, `v${version}`, ctx as never);
    trees.set(version, tree);
    try {
      return overlayTree(
        await tree,
        Object.entries(files).map(([path, after]) => ({ path, after })),
      );
    } catch {
      return memoryTree(files, version);
    }
  };
  const port = async (pair: Pair): Promise<Made> => {
    try {
      const [from, to] = [await treeOf(pair.from, pair.a), await treeOf(pair.to, pair.b)];
      const result = await portPatches(
        {
          patches: [{ name: pair.name, text: pair.old }],
          from,
          to,
          accept: values.accept === 'proven' ? 'proven' : 'likely',
        },
        ctx,
      );
      const text = result.patches.map((p) => p.text).join('');
      const files = text.trim() === '' ? pair.b : await placed(text, to, pair.b);
      const grades: Record<string, number> = {};
      for (const { grade, outcome } of result.patches.flatMap((p) => p.changes)) {
        const name = outcome === 'needs-a-person' ? grade : `${grade} ${outcome}`;
        grades[name] = (grades[name] ?? 0) + 1;
      }
      const rows = result.patches.flatMap((p) =>
        p.changes.map(
          (h) =>
            `${h.grade} ${h.outcome} ${h.oldFile}:${h.oldLine} -> ${h.newFile ?? ''}:${h.newLine ?? ''} ${h.reasons.join(' | ')} ${h.notes.join('; ')}`,
        ),
      );
      return { files, whole: result.complete, rows, grades };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { files: pair.b, whole: false, note: error.diagnostics[0]?.message };
    }
  };
  /** The files of the pair, and what the patch touches beside. */
  const placed = async (text: string, to: SourceTree, b: Texts): Promise<Texts> => {
    const more: Texts = { ...b };
    for (const name of namesOf(text)) {
      const there = b[name] ?? (await to.read(name))?.text;
      if (there !== undefined) more[name] = there;
    }
    const done = applied(more, [text]);
    if (done === undefined) throw new Error('what port made does not apply');
    return done;
  };
  const table: Record<string, Record<string, number>> = {};
  const add = (tool: string, what: string, n = 1) => {
    table[tool] ??= {};
    const row = table[tool];
    row[what] = (row[what] ?? 0) + n;
  };
  for (const pair of pairs) {
    const human = piecesOf(pair.b, pair.want);
    const started = performance.now();
    const made: Record<string, Made> = { port: await port(pair) };
    add('port', 'seconds', (performance.now() - started) / 1000);
    if (values.tools) for (const [name, run] of Object.entries(TOOLS)) made[name] = run(pair);
    const said: string[] = [];
    const rights: string[] = [];
    for (const [tool, { files, whole, note }] of Object.entries(made)) {
      const mine = piecesOf(pair.b, files);
      const names = [...new Set([...Object.keys(pair.want), ...Object.keys(files)])];
      const right = names.every((f) => substance(files[f]) === substance(pair.want[f]));
      const same = [...mine].filter(([at, piece]) => human.get(at)?.join() === piece.join());
      const verdict = right && whole ? 'right' : right ? 'right, but says it is not' : whole ? 'differs' : 'refused';
      add(tool, verdict);
      if (verdict === 'right') rights.push(tool);
      add(tool, 'changes right', same.length);
      add(tool, 'changes other', mine.size - same.length);
      add(tool, 'changes of the human', human.size);
      if (mine.size === 0) add(tool, 'nothing placed');
      if (note !== undefined) add(tool, 'not read');
      for (const [grade, n] of Object.entries(made[tool]?.grades ?? {})) add(tool, `grade ${grade}`, n);
      said.push(
        `${tool} ${verdict} ${same.length}/${mine.size}/${human.size}${note === undefined ? '' : ` (${note})`}`,
      );
      if (values.other && tool === 'port')
        for (const [at, piece] of mine)
          if (human.get(at)?.join() !== piece.join())
            said.push(`\n    OTHER ${at} ${piece.join(' ')} | HUMAN ${human.get(at)?.join(' ')}`);
    }
    if (rights.some((tool) => tool !== 'port')) add('the others together', 'right');
    if (values.each)
      process.stdout.write(`${pair.id} ${pair.project} ${pair.name} ${pair.from}→${pair.to}: ${said.join('; ')}\n`);
    if (values.rows) for (const row of made.port?.rows ?? []) process.stdout.write(`    ${row}\n`);
  }
  process.stdout.write(`${pairs.length} pairs\n`);
  for (const [tool, row] of Object.entries(table)) process.stdout.write(`${tool}: ${JSON.stringify(row)}\n`);
}

/** From here on both patches are the same in substance. */
const KEPT = 0.7;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    each: { type: 'boolean' },
    rows: { type: 'boolean' },
    other: { type: 'boolean' },
    tools: { type: 'boolean' },
    accept: { type: 'string' },
  },
});
const [mode, folder = '', ...rest] = positionals;
await main();
