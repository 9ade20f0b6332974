import { table } from '../document/terminal/style.ts';
import type { DraftRecord, OtherTree } from '../work/draft.ts';

/** What a draft says by which edits, what it cannot say, and where else it applies. */
export function draftReport({ drafted, whole, also }: DraftRecord, width: number): string {
  const rows = drafted.groups.map(({ path, line, removed, added, kinds, edits }) => [
    `${path}:${line}`,
    `+${added} −${removed}`,
    kinds.join(', '),
    edits.map((edit) => edit + 1).join(', '),
  ]);
  const parts = [table([['CHANGE', 'LINES', 'SAID BY', 'EDITS'], ...rows], width)];
  const exact = drafted.groups.filter(({ kinds }) => kinds.includes('edit-text')).length;
  const count = drafted.groups.length;
  const asText = exact === 0 ? '' : `, ${exact} of them by exact text`;
  if (whole) parts.push(`The recipe makes the whole patch: ${count} ${count === 1 ? 'change' : 'changes'}${asText}.`);
  else {
    const left = drafted.left.map(({ path, why }) => `  ${path}: ${why}`);
    if (left.length > 0) parts.push(['NOT THE WHOLE PATCH. No edit says:', ...left].join('\n'));
    if (drafted.differs !== undefined) parts.push(`The recipe does not make the patch: ${drafted.differs}`);
  }
  if (also.length > 0) parts.push(table([['TREE', 'PYTHON', 'VERDICT', ''], ...also.map(otherRow)], width));
  return parts.join('\n\n');
}

function otherRow({ label, pythonVersion, verdict, problems, why = '' }: OtherTree): string[] {
  const [problem] = problems;
  const place =
    problem?.place === undefined
      ? ''
      : `${problem.place.file}${problem.place.line === undefined ? '' : `:${problem.place.line}`}: `;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return [label, pythonVersion, verdict, problem === undefined ? why : `${place}${problem.message}${more}`];
}
