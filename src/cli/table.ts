import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Columns side by side: all but the last as wide as their widest cell, the last wrapped to the terminal's width. */
export function table(rows: readonly (readonly string[])[], width: number): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(0, ...rows.map((row) => stringWidth(row[i] ?? ''))),
  );
  const lead = widths.slice(0, -1).reduce((sum, w) => sum + w + 2, 0);
  const rest = Math.max(20, width - lead);
  const lines: string[] = [];
  for (const row of rows) {
    const head = row.slice(0, columns - 1).map((cell, i) => pad(cell, widths[i] ?? 0));
    const last = wrapAnsi(row[columns - 1] ?? '', rest, { hard: true }).split('\n');
    lines.push([...head, last[0] ?? ''].join('  ').trimEnd());
    for (const more of last.slice(1)) lines.push(`${' '.repeat(lead)}${more}`.trimEnd());
  }
  return lines.join('\n');
}

/** Fills up with spaces to a width in columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Paragraph text, wrapped and indented. */
export function paragraph(text: string, width: number, indent = ''): string {
  const lines = wrapAnsi(text.replace(/\s+/g, ' ').trim(), Math.max(20, width - indent.length)).split('\n');
  return lines.map((line) => indent + line).join('\n');
}
