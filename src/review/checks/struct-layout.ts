import { type Field, type StructChange, structChanges, structsOf } from '../../c/structs.ts';
import type { Context } from '../../system/context.ts';
import type { ReviewCheck } from '../types.ts';
import type { Found, SeriesInput } from './input.ts';
import { type Layout, layoutOf } from './probe.ts';

const HEADER = /\.h$/;

/**
 * The structs that the patches change, field by field: with builds of both variants their sizes and offsets, as each
 * build's own compiler has them.
 */
export async function structLayoutCheck({ changes: files, builds = [] }: SeriesInput, ctx: Context): Promise<Found> {
  const changes = files
    .filter(({ path }) => HEADER.test(path))
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
