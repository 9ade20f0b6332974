/** Where a line stands that is of no file's diff. */
export type Area = 'message' | 'between' | 'signature' | 'properties';

const RANGE = /^\d+(?:,\d+)?[acd]\d+(?:,\d+)?$/;

/** The area that a line is in, given the one before it. */
export function areaOf(line: string, before: Area): Area {
  if (before === 'message') return 'message';
  if (line === '-- ') return 'signature';
  if (line.startsWith('Property changes on: ')) return 'properties';
  if (before === 'properties' && line.startsWith('Index: ')) return 'between';
  return before;
}

/**
 * Why a line outside of all files' diffs may not be passed over: it looks like a part of a diff that is not read here. What
 * is not understood is never left out of a patch.
 * @param next the line after it.
 */
export function strayReason(line: string, next: string, area: Area): string | undefined {
  if (/^@+ ?-\d/.test(line))
    return 'a hunk without its file, or one whose header is not "@@ -line,count +line,count @@"';
  if (/^diff --(?:cc|combined) /.test(line)) return 'the diff of a merge ("diff --cc") cannot be carried';
  if (/^--- \S/.test(line) && /^\+\+\+ \S/.test(next))
    return 'the names of a file, but no hunk after them: expected "@@ -line,count +line,count @@"';
  if (
    (/^\*\*\* \S/.test(line) && /^--- \S/.test(next)) ||
    /^\*{15}/.test(line) ||
    /^\*\*\* \d+(?:,\d+)? \*+$/.test(line)
  )
    return 'a context diff cannot be read: only unified ones can';
  if (/^Only in .+: ./.test(line)) return 'a file that only one side has is not in the patch (`diff -N` puts it in)';
  if (/^(?:Binary f|F)iles .+ differ$/.test(line) || line === 'GIT binary patch')
    return 'the patch changes a binary file: there is nothing to compare';
  if (RANGE.test(line) && /^[<>] /.test(next)) return 'a diff without context cannot be read: only unified ones can';
  if (/^(?:old|new|new file|deleted file) mode \d+$/.test(line)) return 'a change of mode without its file';
  if (area === 'between' && line.trim() !== '' && /^[\s+\-@\\*!<>~]/.test(line))
    return 'this line is of no hunk: the hunk before it has more lines than its header says, or its own header is missing';
  return undefined;
}
