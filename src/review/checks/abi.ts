import { deadRanges, findConditionals } from '../../c/conditionals.ts';
import { lineAt, tokens } from '../../c/lex.ts';
import { type StructChange, structChanges } from '../../c/structs.ts';
import type { SourceTree } from '../../checkout/types.ts';
import type { FileChange } from '../../patch/types.ts';
import type { CheckFinding, ReviewCheck } from '../types.ts';
import { firstDifference, goneAndNew } from './header-rest.ts';
import { changedNames, wholeChanges } from './names.ts';
import type { CheckInput } from './types.ts';

const HEADER = /^Include\/.*\.h$/;

/** Files that list what extension modules may rely on over versions (PEP 384, PEP 652), and what libabigail noted. */
const LISTS = ['Misc/stable_abi.toml', 'Misc/stable_abi.txt', 'PC/python3.def'];

/** What the patches do to headers that code outside of the interpreter includes. */
export async function abiCheck({ patches, tree }: CheckInput): Promise<ReviewCheck> {
  const base = { id: 'abi', title: 'Public headers and the stable ABI' } as const;
  const headers = wholeChanges(patches).filter(({ path }) => HEADER.test(path));
  if (headers.length === 0)
    return { ...base, verdict: 'fine', summary: 'No header in Include is changed.', findings: [], tables: [] };
  const findings: CheckFinding[] = [];
  for (const header of headers) {
    if (header.after === '') findings.push(headerGone(header));
    for (const change of structChanges(header.before, header.after)) findings.push(...structFindings(header, change));
    findings.push(...functionFindings(header));
    findings.push(...goneAndNew(header, headers, (text, at) => audience(header.path, text, at)));
  }
  const { gone, redefined } = changedNames(headers);
  const names = [...new Set([...gone, ...redefined])];
  for (const path of await listsOf(tree)) {
    const text = (await tree.read(path))?.text ?? '';
    for (const name of names) {
      const at = text.search(new RegExp(`(?<![\\w$])${name}(?![\\w$])`));
      if (at < 0) continue;
      findings.push({
        severity: path.endsWith('.abi') ? 'warning' : 'error',
        message: `${name} changes, and is listed here: ${path.endsWith('.abi') ? 'a released ABI' : 'the stable ABI'}`,
        place: { file: path, line: lineAt(text, at) },
      });
    }
  }
  for (const macro of redefined) {
    const header = headers.find(({ before }) => new RegExp(`#[ \\t]*define[ \\t]+${macro}\\b`).test(before));
    if (header === undefined) continue;
    findings.push({
      severity: isInternal(header.path) ? 'note' : 'warning',
      message: `${macro} is defined otherwise: modules that were compiled before keep the old one`,
      place: {
        file: header.path,
        line: lineAt(header.before, header.before.search(new RegExp(`define[ \\t]+${macro}\\b`))),
      },
    });
  }
  let unknown = 0;
  for (const { path, before, after } of headers) {
    const at = firstDifference(before, after);
    if (at === undefined || findings.some(({ place }) => place?.file === path)) continue;
    if (!isInternal(path)) unknown++;
    findings.push({
      severity: isInternal(path) ? 'note' : 'warning',
      message: 'its code differs from here on, and not in a field, a macro or an exported function: read it',
      place: { file: path, line: lineAt(before, at) },
    });
  }
  const warned = findings.filter(({ severity }) => severity !== 'note').length;
  return {
    ...base,
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
    tables: [],
  };
}

const isInternal = (path: string): boolean => path.startsWith('Include/internal/');

/** Deleted, or under another name: what includes it does not compile. */
const headerGone = ({ path }: FileChange): CheckFinding => ({
  severity: isInternal(path) ? 'note' : 'warning',
  message: 'there is no such header any more: code that includes it by this name does not compile',
  place: { file: path },
});

async function listsOf(tree: SourceTree): Promise<readonly string[]> {
  const abi = (await tree.list('Doc')).filter((path) => path.endsWith('.abi'));
  const files = await Promise.all(LISTS.map(async (path) => ((await tree.read(path)) === undefined ? [] : [path])));
  return [...files.flat(), ...abi];
}

/** For whom the line at an offset of a header is. */
export function audience(path: string, text: string, at: number): string {
  if (isInternal(path)) return 'internal';
  if (path.startsWith('Include/cpython/')) return 'public, but not in the limited API';
  // A guard against being included twice, and all else that has nothing to do with it, is the same with and without.
  const dead = (limited: boolean) =>
    deadRanges(findConditionals(text), new Map([['defined(Py_LIMITED_API)', limited]]));
  const always = new Set(dead(false).map(([start]) => start));
  const unlimited = dead(true).some(([start, end]) => start <= at && at < end && !always.has(start));
  return unlimited ? 'public, but not in the limited API' : 'public';
}

function structFindings({ path, before, after }: FileChange, change: StructChange): CheckFinding[] {
  const { name, removed, added, changed } = change;
  const who = audience(path, before, change.before.start);
  const severity = who === 'internal' ? 'note' : 'warning';
  const last = (text: string, at: number, fields: StructChange['before']['fields']) =>
    fields.at(-1)?.at === at && text !== '';
  return [
    ...removed.map(
      (field): CheckFinding => ({
        severity,
        message: `${name} (${who}) loses ${field.name}`,
        place: { file: path, line: lineAt(before, field.at) },
        detail: [field.declaration],
      }),
    ),
    ...added.map(
      (field): CheckFinding => ({
        severity,
        message: `${name} (${who}) gains ${field.name}${last(after, field.at, change.after.fields) ? ', at its end' : ''}`,
        place: { file: path, line: lineAt(after, field.at) },
        detail: [field.declaration],
      }),
    ),
    ...changed.map(
      (field): CheckFinding => ({
        severity,
        message: `${name} (${who}): ${field.name} is declared otherwise, or elsewhere`,
        place: { file: path, line: lineAt(before, field.at) },
        detail: [field.declaration],
      }),
    ),
  ];
}

/** Declarations by their names: `PyAPI_FUNC(type) name(parameters)`. */
function functions(text: string): ReadonlyMap<string, { readonly said: string; readonly at: number }> {
  const out = new Map<string, { readonly said: string; readonly at: number }>();
  for (const match of text.matchAll(/\bPyAPI_(?:FUNC|DATA)\s*\(([^)]*)\)\s*\*?\s*(\w+)[^;]*;/g)) {
    const plain = [...tokens(match[0])]
      .filter(({ kind }) => kind !== 'comment')
      .map(({ start, end }) => match[0].slice(start, end));
    out.set(match[2] ?? '', { said: plain.join(' '), at: match.index });
  }
  return out;
}

function functionFindings({ path, before, after }: FileChange): CheckFinding[] {
  const [old, now] = [functions(before), functions(after)];
  const out: CheckFinding[] = [];
  for (const [name, { said, at }] of old) {
    const other = now.get(name);
    if (other?.said === said) continue;
    const who = audience(path, before, at);
    out.push({
      severity: who === 'internal' ? 'note' : 'warning',
      message:
        other === undefined ? `${name} (${who}) is not declared any more` : `${name} (${who}) is declared otherwise`,
      place: { file: path, line: lineAt(before, at) },
      detail: other === undefined ? [said] : [`before: ${said}`, `after: ${other.said}`],
    });
  }
  for (const [name, { said, at }] of now) {
    if (old.has(name)) continue;
    const message = `${name} (${audience(path, after, at)}) is new`;
    out.push({ severity: 'note', message, place: { file: path, line: lineAt(after, at) }, detail: [said] });
  }
  return out;
}
