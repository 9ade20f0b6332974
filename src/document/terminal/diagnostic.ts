import { readFileSync } from 'node:fs';
import path from 'node:path';
import pc from 'picocolors';
import type { Diagnostic, Place } from '../../system/diagnostic.ts';

type Severity = 'error' | 'warning' | 'note';

/** Terminal control characters in names or code must not act on the reader's terminal. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    const code = c.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

function placeText(place: Place): string {
  const file = path.isAbsolute(place.file) ? shorter(place.file) : place.file;
  return [file, place.line, place.column].filter((part) => part !== undefined).join(':');
}

/** The path from here when that is shorter to read. */
function shorter(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative !== '' && relative.length < file.length ? relative : file;
}

/** The line that is meant, with the culprit underlined; nothing when the file cannot be read. */
function codeFrame(place: Place): string[] {
  if (place.line === undefined) return [];
  let line: string | undefined;
  try {
    line = readFileSync(place.file, 'latin1').split(/\r?\n/)[place.line - 1];
  } catch {
    return [];
  }
  if (line === undefined || line.length > 500) return [];
  const number = String(place.line);
  const gutter = ' '.repeat(number.length);
  const frame = [`${number} | ${printable(line)}`];
  if (place.column !== undefined) {
    const indent = line.slice(0, place.column - 1).replace(/[^\t]/g, ' ');
    frame.push(`${gutter} | ${indent}${'^'.repeat(Math.max(1, Math.min(place.length ?? 1, 80)))}`);
  }
  return frame;
}

/** A diagnostic as lines for a person, without a final newline. */
export function renderDiagnostic(diagnostic: Diagnostic, severity: Severity, color: boolean): string {
  const c = pc.createColors(color);
  const paint = { error: c.red, warning: c.yellow, note: c.cyan }[severity];
  const lines = [`${c.bold(paint(`${severity}:`))} ${printable(diagnostic.message)}`];
  if (diagnostic.place !== undefined) {
    lines.push(`  ${c.dim('-->')} ${printable(placeText(diagnostic.place))}`);
    lines.push(...codeFrame(diagnostic.place).map((line) => `   ${c.dim(line)}`));
  }
  lines.push(...(diagnostic.detail ?? []).map((line) => `   ${printable(line)}`));
  for (const related of diagnostic.related ?? []) {
    lines.push(`  ${c.dim('-->')} ${printable(placeText(related.place))}: ${printable(related.message)}`);
  }
  if (diagnostic.hint !== undefined) lines.push(` ${c.bold('hint:')} ${printable(diagnostic.hint)}`);
  return lines.join('\n');
}
