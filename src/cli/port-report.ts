import path from 'node:path';
import pc from 'picocolors';
import { count } from '../document/format.ts';
import { printableText } from '../document/printable.ts';
import { table } from '../document/terminal/style.ts';
import type { Grade, HowPlaced, PortedChange, PortResult } from '../patch/port/index.ts';

const GRADES = ['proven', 'likely', 'upstream', 'conflict', 'gone'] as const satisfies readonly Grade[];

const HOW: Readonly<Record<HowPlaced | 'needs-a-person', string>> = {
  exact: 'exact',
  'three-way': 'three-way',
  structure: 'by structure',
  'already-there': 'already there',
  merge: 'merged',
  unique: 'unique',
  beside: 'beside',
  words: 'word by word',
  resolved: 'resolved',
  'needs-a-person': 'needs a person',
};

/** What became of each change: a table, then each that needs a person, with the reasons, places to look at, and itself. */
export function portReport(result: PortResult, color: boolean, width: number): string {
  const c = pc.createColors(color);
  const hunks = result.patches.flatMap((patch) => patch.changes);
  const rows = hunks.map((h) => {
    const to = h.newLine === undefined ? '' : ` → ${h.newFile === h.oldFile ? '' : h.newFile}:${h.newLine}`;
    const why = h.grade === 'likely' && h.evidence !== undefined ? [h.evidence] : [];
    const where = [`${h.oldFile}:${h.oldLine}${to}`, ...why, ...h.notes].join('; ');
    return [`${path.basename(h.patch)}:${h.patchLine}`, h.within, h.grade, HOW[h.outcome], where].map(printableText);
  });
  const left = hunks.filter((h) => h.outcome === 'needs-a-person');
  const graded = Map.groupBy(hunks, ({ grade }) => grade);
  const counts = GRADES.flatMap((grade) => {
    const all = graded.get(grade) ?? [];
    const open = grade === 'likely' ? all.filter(({ outcome }) => outcome === 'needs-a-person').length : 0;
    return all.length === 0 ? [] : [`${all.length} ${grade}${open === 0 ? '' : ` (${open} not accepted)`}`];
  });
  return [
    table([['change', 'in', 'grade', 'how', 'where'], ...rows], width),
    '',
    ...left.flatMap((h) => [...forAPerson(h, c.bold), '']),
    `${count(hunks.length, 'change')}: ${counts.join(', ')}`,
  ].join('\n');
}

function forAPerson(h: PortedChange, bold: (text: string) => string): string[] {
  const places = h.candidates.map((p) => {
    const alike = p.similarity > 0 ? `, ${Math.round(p.similarity * 100)}% alike` : '';
    return `  look at ${p.file}:${p.line}${alike}${p.text === '' ? '' : `: ${p.text}`}`;
  });
  return [
    bold(
      printableText(`needs a person (${h.grade}): ${h.patch}:${h.patchLine}, ${h.within} (${h.oldFile}:${h.oldLine})`),
    ),
    ...h.reasons.map((reason) => printableText(`  ${reason}`)),
    ...places.map(printableText),
    ...h.quote.map((line) => printableText(`    ${line}`)),
  ];
}
