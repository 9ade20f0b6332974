import { lineOf, lineStarts, tokens } from '../../c/lex.ts';
import { type Field, type FieldChange, type StructChange, structChanges } from '../../c/structs.ts';
import type { SourceTree } from '../../checkout/types.ts';
import type { CheckFinding } from '../types.ts';
import { HeaderText, isInternal } from './header-text.ts';
import { changedNames, type Found, finding, type SeriesInput } from './input.ts';
import { placeOf, under } from './struct-layout.ts';

/** Lists of what extension modules may rely on over versions (PEP 384, PEP 652): an entry's name, and what is said of it. */
const LISTS: readonly (readonly [path: string, entries: RegExp])[] = [
  ['Misc/stable_abi.toml', /^\[\w+\.(\w+)\].*((?:\n(?!\[).*)*)/gm],
  ['Misc/stable_abi.txt', /^\w+ (\w+).*((?:\n(?!\w).*)*)/gm],
  ['PC/python3.def', /^[ \t]*([\w$]+)()/gm],
];
/** The same, as libabigail noted it. */
const RELEASED = /<(?:elf-symbol|typedef-decl|class-decl|union-decl|enum-decl|enumerator) name='(\w+)'([^>]*)/g;

interface Header {
  readonly before: HeaderText;
  readonly after: HeaderText;
}

export async function abiCheck({ changes, tree }: SeriesInput): Promise<Found> {
  const touched = changes.filter(({ path }) => /^Include\/.*\.h$/.test(path));
  if (touched.length === 0) return { verdict: 'fine', summary: 'No header in Include is changed.' };
  const headers = touched.map(({ path, before, after }) => ({
    before: new HeaderText(path, before),
    after: new HeaderText(path, after),
  }));
  const findings: CheckFinding[] = [];
  const structs: StructChange[] = [];
  for (const header of headers) {
    if (header.after.text === '') {
      // Deleted, or under another name.
      const message = 'there is no such header any more: code that includes it by this name does not compile';
      findings.push(finding(severityOf(header.before.path), message, header.before.path));
    }
    const changed = structChanges(header.before.structs, header.after.structs);
    structs.push(...changed);
    findings.push(...changed.flatMap((change) => structFindings(header, change)));
    findings.push(...functionFindings(header));
  }
  findings.push(...goneAndNew(headers));
  const { gone, redefined } = changedNames(touched);
  findings.push(...(await listFindings(tree, new Set([...gone, ...redefined]), structs)));
  for (const macro of redefined) {
    const header = headers.find(({ before }) => before.macros.has(macro))?.before;
    if (header === undefined) continue;
    const message = `${macro} is defined otherwise: modules that were compiled before keep the old one`;
    const line = header.line(header.macros.get(macro)?.at ?? 0);
    findings.push(finding(severityOf(header.path), message, header.path, line));
  }
  let unknown = 0;
  const told = new Set(findings.map(({ place }) => place?.file));
  for (const { before, after } of headers) {
    const at = firstDifference(before.text, after.text);
    if (at === undefined || told.has(before.path)) continue;
    if (!isInternal(before.path)) unknown++;
    const message = 'its code differs from here on, and not in a field, a macro or an exported function: read it';
    findings.push(finding(severityOf(before.path), message, before.path, before.line(at)));
  }
  const warned = findings.filter(({ severity }) => severity !== 'note').length;
  return {
    verdict: warned > 0 ? 'attention' : 'fine',
    summary:
      findings.length === 0
        ? `${headers.length === 1 ? '1 header is' : `${headers.length} headers are`} changed, in comments or white space only.`
        : warned === 0
          ? findings.every(({ place }) => isInternal(place?.file ?? ''))
            ? 'Headers change that only the interpreter itself includes.'
            : 'What public headers had stays; something is new.'
          : warned === unknown
            ? 'Public headers change in code that this check cannot tell apart: types, inline functions.'
            : 'Modules that were compiled against the baseline do not fit the patched interpreter: compile them again.',
    findings,
  };
}

const severityOf = (path: string): CheckFinding['severity'] => (isInternal(path) ? 'note' : 'warning');

/** Which of the names, and of the structs' fields, the tree's lists of its ABI have; each list is read once. */
async function listFindings(tree: SourceTree, names: ReadonlySet<string>, structs: readonly StructChange[]) {
  const out: CheckFinding[] = [];
  if (names.size + structs.length === 0) return out;
  const read = async (path: string) => (await tree.read(path))?.text ?? '';
  const typedefs = (await read('Include/pytypedefs.h')).matchAll(/^typedef struct (\w+) (\w+);/gm);
  const tags = new Map(Array.from(typedefs, ([, tag, name]) => [name, tag]));
  const isOf = ({ before }: StructChange, name: string) =>
    before.names.some((one) => one === name || one === tags.get(name));
  const notes = (await tree.list('Doc')).filter((file) => file.endsWith('.abi'));
  for (const [path, entries] of [...LISTS, ...notes.map((file) => [file, RELEASED] as const)]) {
    const released = entries === RELEASED;
    const text = await read(path);
    const starts = lineStarts(text);
    const told = new Set<string>();
    for (const { 1: name = '', 2: said = '', index } of text.matchAll(entries)) {
      const fields = new Set(structs.flatMap((one) => (isOf(one, name) ? exposed(one, said) : [])));
      if (told.has(name) || !(names.has(name) || fields.size > 0)) continue;
      told.add(name);
      const what = fields.size === 0 ? name : `${name} (${[...fields].join(', ')})`;
      const message = `${what} changes, and is listed here: ${released ? 'a released ABI' : 'the stable ABI'}`;
      out.push(finding(released ? 'warning' : 'error', message, path, lineOf(starts, index)));
    }
  }
  return out;
}

/** Which changed fields a list is concerned with: all of a struct whose size counts; else members, and what stands before one. */
function exposed({ before, after, fields }: StructChange, said: string): readonly string[] {
  const code = said.replace(/#.*/g, '');
  const whole = /full-abi|size-in-bits/.test(code);
  const members = /^\s*members\b(?:[^[\n]*\[[^\]]*|.*)/m.exec(code)?.[0].match(/\w+/g)?.slice(1) ?? [];
  const isIn = ({ at }: Field, all: readonly Field[]) =>
    all.some((field) => field.at >= at && members.some((name) => field.declaration.split(/\W+/).includes(name)));
  return fields.flatMap((field) => {
    const isListed =
      whole || ('old' in field && isIn(field.old, before.fields)) || ('now' in field && isIn(field.now, after.fields));
    return isListed ? [('old' in field ? field.old : field.now).name] : [];
  });
}

function structFindings(header: Header, change: StructChange): readonly CheckFinding[] {
  const who = header.before.audience(change.before.start);
  return change.fields.map((field) => {
    const wasThere = field.kind === 'removed' || field.kind === 'changed';
    const [one, side] = wasThere ? [field.old, header.before] : [field.now, header.after];
    const isOtherwise = 'old' in field && 'now' in field && field.old.declaration !== field.now.declaration;
    const { path } = header.before;
    const message = `${change.name} (${who}) ${fieldWords(field, change)}`;
    const detail = isOtherwise
      ? [`before: ${field.old.declaration}`, `after: ${field.now.declaration}`]
      : [one.declaration];
    return finding(severityOf(path), message, path, side.line(one.at), detail);
  });
}

/** What became of a field, after the struct's name. */
function fieldWords(field: FieldChange, { before, after }: StructChange): string {
  switch (field.kind) {
    case 'removed':
      return field.elsewhere
        ? `has ${field.old.name} no longer ${placeOf(field.old, before.fields)}`
        : `loses ${field.old.name}`;
    case 'added':
      return field.elsewhere
        ? `has ${field.now.name} once more, ${placeOf(field.now, after.fields)}`
        : `gains ${field.now.name}${isLast(field.now, after.fields) ? ', at its end' : ''}${under(field.now)}`;
    case 'moved':
      return `moves ${field.now.name} from ${placeOf(field.old, before.fields)} to ${placeOf(field.now, after.fields)}${field.old.declaration === field.now.declaration ? '' : ', and declares it otherwise'}`;
    case 'changed':
      return field.old.declaration !== field.now.declaration
        ? `declares ${field.now.name} otherwise${under(field.now)}`
        : `has ${field.now.name}${field.now.under === '' ? ' under no #if any more' : ` only${under(field.now)}`}`;
  }
}

const isLast = (field: Field, fields: readonly Field[]) => fields.at(-1)?.at === field.at;
function functionFindings({ before, after }: Header): CheckFinding[] {
  const { path } = before;
  const out: CheckFinding[] = [];
  for (const [name, { said, at }] of before.functions) {
    const other = after.functions.get(name);
    if (other?.said === said) continue;
    const who = before.audience(at);
    const message = `${name} (${who}) is ${other === undefined ? 'not declared any more' : 'declared otherwise'}`;
    const detail = other === undefined ? [said] : [`before: ${said}`, `after: ${other.said}`];
    out.push(finding(severityOf(path), message, path, before.line(at), detail));
  }
  for (const [name, { said, at }] of after.functions) {
    if (before.functions.has(name)) continue;
    out.push(finding('note', `${name} (${after.audience(at)}) is new`, path, after.line(at), [said]));
  }
  return out;
}

/** Structs and macros that a header had and none of the changed headers has afterwards, and macros that are new. */
function goneAndNew(headers: readonly Header[]): readonly CheckFinding[] {
  const left = new Set(headers.flatMap(({ after }) => after.structs.map(({ name }) => name)));
  const defined = new Set(headers.flatMap(({ after }) => [...after.macros.keys()]));
  const known = new Set(headers.flatMap(({ before }) => [...before.macros.keys()]));
  const gone = (header: HeaderText, name: string, what: string, at: number): CheckFinding => {
    const audience = header.audience(at);
    const message = `${name} (${what}${audience}) is not defined any more`;
    return finding(audience === 'internal' ? 'note' : 'warning', message, header.path, header.line(at));
  };
  return headers.flatMap(({ before, after }) => [
    ...before.structs.filter(({ name }) => !left.has(name)).map(({ name, start }) => gone(before, name, '', start)),
    ...[...before.macros]
      .filter(([name]) => !defined.has(name))
      .map(([name, { at }]) => gone(before, name, 'macro, ', at)),
    ...[...after.macros]
      .filter(([name]) => !known.has(name))
      .map(([name, { at }]) =>
        finding('note', `${name} (macro, ${after.audience(at)}) is new`, after.path, after.line(at)),
      ),
  ]);
}

/** Where the code of a text first differs from another's, as an offset; `undefined`: only comments and white space do. */
function firstDifference(before: string, after: string): number | undefined {
  if (before === after) return undefined;
  const code = (text: string) => [...tokens(text)].filter(({ kind }) => kind !== 'comment');
  const [old, now] = [code(before), code(after)];
  for (let i = 0; i < Math.max(old.length, now.length); i++) {
    const [a, b] = [old[i], now[i]];
    if (a === undefined || b === undefined || before.slice(a.start, a.end) !== after.slice(b.start, b.end))
      return a?.start ?? before.length;
  }
  return undefined;
}
