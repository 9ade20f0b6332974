import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Build } from '../../builds/types.ts';
import { type Field, type Struct, type StructChange, structChanges, structsOf } from '../../c/structs.ts';
import type { Context } from '../../system/context.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { runProcess } from '../../system/process.ts';
import type { ReviewCheck } from '../types.ts';
import type { Found, SeriesInput } from './input.ts';

/**
 * The structs that the patches change, field by field: with builds of both variants their sizes and offsets, as each
 * build's own compiler has them.
 */
export async function structLayoutCheck({ changes: files, builds = [] }: SeriesInput, ctx: Context): Promise<Found> {
  const changes = files
    .filter(({ path }) => path.endsWith('.h'))
    .flatMap(({ path, before, after }) =>
      structChanges(structsOf(before), structsOf(after)).map((change) => ({ path, change })),
    );
  if (changes.length === 0) return { verdict: 'fine', summary: 'No struct of a header has other fields.' };
  const names = changes.map(({ change }) => change.name).join(', ');
  const written = changes.map(({ path, change }) => ({
    title: `${change.name} (${path}), as it is written`,
    head: ['field', 'before', 'after'],
    rows: fieldRows(change),
  }));
  if (builds.length === 0) {
    const summary = `${names}: other fields; sizes and offsets need builds of both: name a run with --run.`;
    return { verdict: 'attention', summary, tables: written };
  }
  const tables: ReviewCheck['tables'][number][] = [];
  const sizes: string[] = [];
  const silent = new Set<string>();
  for (const { target, baseline, patched } of builds) {
    for (const { path, change } of changes) {
      const [old, now] = await Promise.all([
        layoutOf(baseline, path, change.before, ctx),
        layoutOf(patched, path, change.after, ctx),
      ]);
      if (old === undefined || now === undefined) {
        silent.add(target);
        continue;
      }
      sizes.push(`${change.name} on ${target}: ${old.size} → ${now.size} bytes`);
      tables.push({
        title: `${change.name} on ${target}: offset and size in bytes`,
        head: ['field', 'before', 'after'],
        rows: layoutRows(old, now),
      });
    }
  }
  const others = [...silent].join(', ');
  const unasked = others === '' ? [] : [`not asked on ${others}, whose build or compiler is gone, or not one for ELF`];
  const summary = `${[...(sizes.length === 0 ? [`${names}: other fields`] : sizes), ...unasked].join('; ')}.`;
  return { verdict: 'attention', summary, tables: tables.length > 0 ? tables : written };
}

/** Of each field that changes all its declarations; of one that moves, also where they stand. */
function fieldRows({ before, after, fields }: StructChange): readonly (readonly string[])[] {
  const moves = new Set(
    fields.flatMap((field) =>
      field.kind === 'moved' || ('elsewhere' in field && field.elsewhere)
        ? [('old' in field ? field.old : field.now).name]
        : [],
    ),
  );
  const said = (struct: StructChange['before'], name: string) => {
    const all = struct.fields
      .filter((field) => field.name === name)
      .map((field) => `${field.declaration}${moves.has(name) ? `, ${placeOf(field, struct.fields)}` : under(field)}`);
    return all.length === 0 ? '–' : all.join('; ');
  };
  const names = new Set(fields.map((field) => ('old' in field ? field.old : field.now).name));
  return [...names].map((name) => [name, said(before, name), said(after, name)]);
}

/** `before b_rest under #ifdef MY_FORK`: of lines that shift nobody would see where a field stands. */
export function placeOf(field: Field, fields: readonly Field[]): string {
  const next = fields.slice(fields.indexOf(field) + 1).find(({ name }) => name !== field.name);
  return `${next === undefined ? 'at the end' : `before ${next.name}`}${under(field)}`;
}

/** The `#if`s around it; empty when there are none. */
export const under = (field: Field): string => (field.under === '' ? '' : ` under ${field.under}`);

/** All of both, in the order of the old one: a reader sees what moves. */
function layoutRows(old: Layout, now: Layout): readonly (readonly string[])[] {
  const said = (layout: Layout, name: string) => {
    const field = layout.fields.get(name);
    return field === undefined ? '–' : `${field.offset} (${field.size})`;
  };
  const names = [...new Set([...old.fields.keys(), ...now.fields.keys()])];
  return [
    ...names.map((name) => [name, said(old, name), said(now, name)]),
    ['all of it', String(old.size), String(now.size)],
  ];
}

const LIMIT_MS = 60_000;
const FLAGS = ['-S', '-O0', '-fno-common', '-w', '-DPy_BUILD_CORE'];

interface Layout {
  readonly size: number;
  readonly fields: ReadonlyMap<string, { readonly offset: number; readonly size: number }>;
}

/**
 * Asks a build's own compiler for the layout of a struct, with the build's own headers. The numbers are sizes of arrays
 * in the assembly that it writes: nothing is run, so it works for every machine.
 * @param header relative to the sources: `Include/code.h`.
 * @returns `undefined` when the struct cannot be compiled so, or the compiler is gone.
 */
async function layoutOf(build: Build, header: string, struct: Struct, ctx: Context): Promise<Layout | undefined> {
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

async function compile(build: Build, folder: string, ctx: Context) {
  const includes = ['Include', 'Include/internal'].map((name) => `-I${path.join(build.src, name)}`);
  const args = [...FLAGS, ...includes, `-I${build.obj}`, '-o', 'probe.s', 'probe.c'];
  const result = await runProcess(build.compiler.path, args, {
    cwd: folder,
    env: { PATH: ctx.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
    timeoutMs: LIMIT_MS,
    signal: ctx.signal,
  }).catch(() => undefined);
  const unknown = (result?.stderr ?? '').matchAll(/(?:no member named|has no member) ['‘](\w+)['’]/g);
  return { ok: result?.exitCode === 0, unknown: Array.from(unknown, ([, name = '']) => name) };
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
