import path from 'node:path';
import pc from 'picocolors';
import { count } from '../document/format.ts';
import { printableText } from '../document/printable.ts';
import { table } from '../document/terminal/style.ts';
import type { HowPlaced, PortedHunk, PortResult } from '../patch/port/index.ts';

const HOW: Readonly<Record<HowPlaced | 'needs-a-person', string>> = {
  exact: 'exact',
  'three-way': 'three-way',
  structure: 'by structure',
  'already-there': 'already there',
  'needs-a-person': 'needs a person',
};

/** What became of each hunk: a table, then each hunk that needs a person, with the reasons, places to look at, and itself. */
export function portReport(result: PortResult, color: boolean, width: number): string {
  const c = pc.createColors(color);
  const hunks = result.patches.flatMap((patch) => patch.hunks);
  const rows = hunks.map((h) => {
    const to = h.newLine === undefined ? '' : ` → ${h.newFile === h.oldFile ? '' : h.newFile}:${h.newLine}`;
    const where = [`${h.oldFile}:${h.oldLine}${to}`, ...h.notes].join('; ');
    return [`${path.basename(h.patch)}:${h.patchLine}`, h.within, HOW[h.outcome], where].map(printableText);
  });
  const left = hunks.filter((h) => h.outcome === 'needs-a-person');
  const ended = Map.groupBy(hunks, ({ outcome }) => HOW[outcome]);
  const counts = Object.values(HOW).flatMap((how) => {
    const n = ended.get(how)?.length;
    return n === undefined ? [] : [`${n} ${how}`];
  });
  return [
    table([['hunk', 'in', 'how', 'where'], ...rows], width),
    '',
    ...left.flatMap((h) => [...forAPerson(h, c.bold), '']),
    `${count(hunks.length, 'hunk')}: ${counts.join(', ')}`,
  ].join('\n');
}

function forAPerson(h: PortedHunk, bold: (text: string) => string): string[] {
  const places = h.candidates.map((p) => {
    const alike = p.similarity > 0 ? `, ${Math.round(p.similarity * 100)}% alike` : '';
    return `  look at ${p.file}:${p.line}${alike}${p.text === '' ? '' : `: ${p.text}`}`;
  });
  return [
    bold(printableText(`needs a person: ${h.patch}:${h.patchLine}, ${h.within} (${h.oldFile}:${h.oldLine})`)),
    ...h.reasons.map((reason) => printableText(`  ${reason}`)),
    ...places.map(printableText),
    ...h.quote.map((line) => printableText(`    ${line}`)),
  ];
}
