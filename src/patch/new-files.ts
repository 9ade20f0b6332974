import type { SourceTree } from '../checkout/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import type { CompiledEdit } from './compile.ts';
import type { FileFindings } from './file-findings.ts';

/** What the edits that bring whole files mean for a tree: each file is made, is there as it must be, or is in the way. */
export async function findNewFiles(tree: SourceTree, edits: readonly CompiledEdit[]): Promise<FileFindings[]> {
  const out: FileFindings[] = [];
  for (const { index, file } of edits) {
    if (file === undefined) continue;
    const there = await tree.read(file.path);
    const isDone = there?.text === file.text && there.link !== true;
    const problem = isDone ? undefined : await inTheWay(tree, file.path, there?.text, file.text);
    const made = out.find((f) => f.path === file.path);
    const decision = isDone ? 'already there' : 'the file is made';
    const match = { edit: index, offset: 0, line: 1, text: file.path, decision, done: isDone };
    out.push({
      path: file.path,
      text: there?.text ?? '',
      matches: problem === undefined ? [match] : [],
      edits: isDone || problem !== undefined ? [] : [{ start: 0, end: 0, replacement: file.text, edit: index }],
      problems:
        made === undefined ? (problem ?? []) : [diagnostic(file.path, 'two edits make this file', 'leave one out')],
      regions: [],
      is: there === undefined ? 'made' : undefined,
    });
  }
  return out;
}

async function inTheWay(
  tree: SourceTree,
  path: string,
  there: string | undefined,
  wanted: string,
): Promise<readonly Diagnostic[] | undefined> {
  if (there !== undefined) {
    const lines = [there, wanted].map((text) => text.split('\n'));
    const at = lines[0]?.findIndex((line, i) => line !== lines[1]?.[i]) ?? 0;
    const message = 'another file of this name is there already';
    return [diagnostic(path, message, 'give the new file another name', Math.max(1, at + 1))];
  }
  const wholes = new Set(path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/')));
  const lower = new Set([...wholes].map((whole) => whole.toLowerCase()));
  for (const other of await tree.list()) {
    if (wholes.has(other))
      return [diagnostic(other, `${path} cannot be made: this is no folder`, 'choose another path')];
    if (lower.has(other.toLowerCase()))
      return [diagnostic(other, `${path} is the same name where upper and lower case are one`, 'choose another path')];
  }
  return undefined;
}

const diagnostic = (file: string, message: string, hint: string, line = 1): Diagnostic => ({
  code: 'patch/file-there',
  message,
  place: { file, line },
  hint,
});
