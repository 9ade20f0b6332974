import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runProcess } from '../../system/process.ts';

/** Debian's names of architectures, for `series.in`. */
const ARCH: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  ia32: 'i386',
  arm: 'armhf',
  ppc64: 'ppc64el',
  riscv64: 'riscv64',
  s390x: 's390x',
};

/** What python2.7's debian/rules defines on bullseye when it makes `series` out of `series.in`. */
const DEFINED = new Set(['Debian', 'arch_os_linux', `arch_${ARCH[process.arch] ?? process.arch}`]);

/**
 * The patches in a `debian/patches/series`, in order: comments and options are dropped. python2.7 has a `series.in`
 * instead, which its build puts through the C preprocessor: `#if defined (X) || …`, `#ifdef`, `#elif`, `#else`, `#endif`.
 */
export function readSeries(text: string, defined: ReadonlySet<string> = DEFINED): string[] {
  const patches: string[] = [];
  /** A group each: whether its current branch counts, and whether one has been taken. */
  const groups: { active: boolean; taken: boolean }[] = [];
  const holds = (condition: string) => [...condition.matchAll(/\w+/g)].some(([word]) => defined.has(word));
  for (const line of text.replaceAll(/\\\n/g, ' ').split('\n')) {
    const directive = /^#\s*(ifdef|if|elif|else|endif)\b(.*)$/.exec(line);
    const group = groups.at(-1);
    if (directive === null) {
      const name = line
        .replace(/(^|\s)#.*$/, '')
        .trim()
        .split(/\s+/)[0];
      if (name !== undefined && name !== '' && groups.every((g) => g.active)) patches.push(name);
    } else if (directive[1] === 'ifdef' || directive[1] === 'if') {
      const active = holds(directive[2] ?? '');
      groups.push({ active, taken: active });
    } else if (directive[1] === 'endif') groups.pop();
    else if (group !== undefined) {
      group.active = !group.taken && (directive[1] === 'else' || holds(directive[2] ?? ''));
      group.taken ||= group.active;
    }
  }
  return patches;
}

/** Applies Debian's patches in an unpacked tree that has its `debian/` folder. @returns how many. */
export async function applySeries(
  root: string,
  ctx: Context,
  progress: (done: number, of: number) => void,
): Promise<number> {
  const folder = path.join(root, 'debian', 'patches');
  const series =
    (await readFile(path.join(folder, 'series'), 'utf8').catch(() => undefined)) ??
    (await readFile(path.join(folder, 'series.in'), 'utf8').catch(() => ''));
  const patches = readSeries(series);
  for (const [index, name] of patches.entries()) {
    progress(index, patches.length);
    await applyPatch(root, path.join(folder, name), ctx);
  }
  return patches.length;
}

/** `patch -p1` in a folder, all of it or an error. Its fuzz is patch's own, as quilt and dpkg 1.0 have it. */
export async function applyPatch(root: string, file: string, ctx: Context): Promise<void> {
  const args = ['-p1', '--batch', '--forward', '--silent', '--no-backup-if-mismatch', '-i', file];
  const result = await runProcess('patch', args, {
    cwd: root,
    env: { PATH: ctx.env.PATH, LC_ALL: 'C' },
    timeoutMs: 60_000,
    signal: ctx.signal,
    encoding: 'latin1',
  });
  if (result.notFound) {
    throw new UserError({
      code: 'checkout/no-patch',
      message: "the program `patch` is not installed, which Debian's patches need",
      hint: 'install it (`apt-get install patch`), or leave --debian out',
    });
  }
  if (result.exitCode === 0) return;
  throw new UserError({
    code: 'checkout/patch-failed',
    message: `Debian's patch ${path.basename(file)} does not apply`,
    place: { file },
    detail: `${result.stdout}${result.stderr}`.trim().split('\n').slice(-6),
    hint: 'take the pristine sources: leave --debian out',
  });
}
