import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Build } from '../../builds/types.ts';
import type { Struct } from '../../c/structs.ts';
import type { Context } from '../../system/context.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { runProcess } from '../../system/process.ts';

const LIMIT_MS = 60_000;

/** How a compiler lays a struct out; in bytes. */
export interface Layout {
  readonly size: number;
  readonly fields: ReadonlyMap<string, { readonly offset: number; readonly size: number }>;
}

/**
 * Asks a build's own compiler for the layout of a struct, with the build's own headers. The numbers are sizes of arrays
 * in the assembly that it writes: nothing is run, so it works for every machine.
 * @param header relative to the sources: `Include/code.h`.
 * @returns `undefined` when the struct cannot be compiled so, or the compiler is gone.
 */
export async function layoutOf(
  build: Build,
  header: string,
  struct: Struct,
  ctx: Context,
): Promise<Layout | undefined> {
  return inTemporaryFolder('forkwright-layout-', async (folder) => {
    // A field under an #if that this build has not is left out, one after the other.
    let names = [...new Set(struct.fields.map(({ name }) => name))];
    for (;;) {
      await writeFile(path.join(folder, 'probe.c'), probe(header, struct.name, names));
      const { ok, unknown } = await compile(build, folder, ctx);
      if (ok) return read(await readFile(path.join(folder, 'probe.s'), 'latin1'), names);
      const fewer = names.filter((name) => !unknown.includes(name));
      if (fewer.length === names.length) return undefined;
      names = fewer;
    }
  });
}

function probe(header: string, name: string, fields: readonly string[]): string {
  const include = header.replace(/^Include\/(?:cpython\/)?/, '');
  return [
    '#include "Python.h"',
    '#include "frameobject.h"',
    `#include "${include}"`,
    '#include <stddef.h>',
    `char fw_size[sizeof(${name})];`,
    // An array has at least one element.
    ...fields.map((field) => `char fw_at_${field}[offsetof(${name}, ${field}) + 1];`),
    ...fields.map((field) => `char fw_size_${field}[sizeof(((${name} *)0)->${field}) + 1];`),
    '',
  ].join('\n');
}

async function compile(
  build: Build,
  folder: string,
  ctx: Context,
): Promise<{ readonly ok: boolean; readonly unknown: readonly string[] }> {
  const includes = ['Include', 'Include/internal'].map((name) => `-I${path.join(build.src, name)}`);
  const args = [
    '-S',
    '-O0',
    '-fno-common',
    '-w',
    '-DPy_BUILD_CORE',
    ...includes,
    `-I${build.obj}`,
    '-o',
    'probe.s',
    'probe.c',
  ];
  const result = await runProcess(build.compiler.path, args, {
    cwd: folder,
    env: { PATH: ctx.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
    timeoutMs: LIMIT_MS,
    signal: ctx.signal,
  }).catch(() => undefined);
  if (result === undefined) return { ok: false, unknown: [] };
  const unknown = [...result.stderr.matchAll(/(?:no member named|has no member) ['‘](\w+)['’]/g)].map(
    ([, name = '']) => name,
  );
  return { ok: result.exitCode === 0, unknown };
}

/** `.size fw_at_x, 9`, as GNU's compilers and clang write it for ELF. */
function read(assembly: string, names: readonly string[]): Layout | undefined {
  const sizes = new Map(
    [...assembly.matchAll(/\.size\s+(fw_\w+),\s*(\d+)/g)].map(([, name = '', size]) => [name, Number(size)]),
  );
  const size = sizes.get('fw_size');
  if (size === undefined) return undefined;
  const fields = names.flatMap((name) => {
    const [at, of] = [sizes.get(`fw_at_${name}`), sizes.get(`fw_size_${name}`)];
    return at === undefined || of === undefined ? [] : [[name, { offset: at - 1, size: of - 1 }] as const];
  });
  return { size, fields: new Map(fields) };
}
