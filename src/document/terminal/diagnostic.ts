import { readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeBytes } from '../../system/decode.ts';
import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import { placeText, printableLine, printableSource, printableText, type Severity } from '../printable.ts';
import { type Style, terminalStyle, wrap, wrapCode } from './style.ts';

/** A diagnostic of what was just done, with the line that is meant: not wrapped, without a final newline. */
export function renderDiagnostic(diagnostic: Diagnostic, severity: Severity, color: boolean): string {
  const style = terminalStyle({ width: Number.POSITIVE_INFINITY, color });
  const near = (place: Place) => ({ ...place, file: shorter(place.file) });
  const { place, related = [] } = diagnostic;
  const told = {
    ...diagnostic,
    place: place && near(place),
    related: related.map((other) => ({ ...other, place: near(other.place) })),
  };
  return diagnosticLines(told, severity, style, { frame: place === undefined ? [] : codeFrame(place) }).join('\n');
}

export interface More {
  /** Of more lines of detail the rest is only counted. */
  readonly most?: number;
  /** Says where they are. */
  readonly full?: string;
}

/** Tool output, code: as it is, long lines broken. */
export function detailLines(
  detail: readonly string[],
  style: Style,
  indent: string,
  { most, full = '' }: More = {},
): string[] {
  const lines = detail.flatMap((text) => printableText(text).split('\n'));
  const hidden = lines.length - (most ?? lines.length);
  return [
    ...lines.slice(0, most).flatMap((line) => wrapCode(line, style.width, indent)),
    ...(hidden > 0 ? [style.dim(`${indent}… ${hidden} more lines${full}`)] : []),
  ];
}

/**
 * What happened, where, what to do next; as wide as the style.
 * @param more `frame`: the line that is meant, and what is under it.
 */
export function diagnosticLines(
  { message, place, detail = [], related = [], hint }: Omit<Diagnostic, 'code'>,
  severity: Severity,
  style: Style,
  more: More & { readonly frame?: readonly string[] } = {},
): string[] {
  const flow = (first: string, text: string, rest: string) =>
    Number.isFinite(style.width)
      ? wrap(printableLine(text), style.width, first, rest)
      : [`${first}${printableText(text)}`];
  const paint = { error: style.bad, warning: style.attention, note: style.heading }[severity];
  const arrow = `  ${style.dim('-->')} `;
  return [
    ...flow(`${style.bold(paint(`${severity}:`))} `, message, '  '),
    ...(place === undefined ? [] : flow(arrow, placeText(place), '      ')),
    ...(more.frame ?? []).map((line) => `   ${style.dim(line)}`),
    ...detailLines(detail, style, '   ', more),
    ...related.flatMap((other) => flow(arrow, `${placeText(other.place)}: ${other.message}`, '      ')),
    ...(hint === undefined ? [] : flow(` ${style.bold('hint:')} `, hint, '       ')),
  ];
}

function shorter(file: string): string {
  const relative = path.isAbsolute(file) ? path.relative(process.cwd(), file) : '';
  return relative !== '' && relative.length < file.length ? relative : file;
}

/** The line that is meant, with the culprit underlined; nothing when the file cannot be read. */
function codeFrame({ file, line: number, column, length = 1 }: Place): string[] {
  if (number === undefined) return [];
  let line: string | undefined;
  try {
    const bytes = readFileSync(file, 'latin1').split(/\r?\n/)[number - 1];
    line = bytes && decodeBytes(bytes);
  } catch {
    return [];
  }
  if (line === undefined || line.length > 500) return [];
  const frame = [`${number} | ${printableSource(line)}`];
  if (column === undefined) return frame;
  const indent = printableSource(line.slice(0, column - 1)).replace(/[^\t]/g, ' ');
  return [...frame, `${' '.repeat(String(number).length)} | ${indent}${'^'.repeat(Math.max(1, Math.min(length, 80)))}`];
}
