import type { Diagnostic } from '../system/diagnostic.ts';
import { placeText } from './printable.ts';

export type Severity = 'error' | 'warning' | 'note';

/**
 * A diagnostic as lines of plain text, for logs and annotations: what happened, details, what to do.
 * @param where told in front of the message; empty where the place is told otherwise.
 */
export function diagnosticText(diagnostic: Diagnostic, where = ''): string[] {
  const { message, detail = [], related = [], hint } = diagnostic;
  return [
    where === '' ? message : `${where}: ${message}`,
    ...detail,
    ...related.map((other) => `${placeText(other.place)}: ${other.message}`),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ];
}
