import { printableText } from '../../document/printable.ts';
import type { Place } from '../../system/diagnostic.ts';
import type { Review } from '../types.ts';
import { byteColumn, findRow, type Remark, remarksOf, repositoryPath, sentence } from './remarks.ts';

const SEVERITY = { error: 'ERROR', warning: 'WARNING', note: 'INFO' } as const;

/**
 * Problems, warnings and findings for reviewdog (`reviewdog -f=rdjson`): those that have a place, in the tree or in the
 * patch file, for reviewdog drops the others.
 * @returns `DiagnosticResult` of reviewdog's proto/rdf/reviewdog.proto; what is `undefined` is left out when it is written.
 */
export function reviewRdjson(review: Review) {
  return {
    source: { name: 'forkwright' },
    diagnostics: remarksOf(review).flatMap((remark) =>
      remark.place === undefined ? [] : [diagnostic(remark, remark.place, review)],
    ),
  };
}

function diagnostic(remark: Remark, place: Place, review: Review) {
  const related = remark.related.map((other) => ({
    message: printableText(other.message),
    location: locationOf(other.place, review),
  }));
  return {
    message: printableText([sentence(remark), ...remark.detail].join('\n')),
    location: locationOf(place, review),
    severity: SEVERITY[remark.severity],
    code: { value: remark.rule },
    related_locations: related.length === 0 ? undefined : related,
  };
}

/**
 * Lines count from 1, columns in bytes of UTF-8 from 1; the end is exclusive. Columns are told only of lines that are part
 * of the review: of others it is not known how many bytes they have.
 */
function locationOf({ file, line, column, length }: Place, review: Review) {
  const path = repositoryPath(file, review);
  if (line === undefined) return { path };
  const row = column === undefined ? undefined : findRow(review, file, line)?.row;
  if (column === undefined || row === undefined) return { path, range: { start: { line } } };
  const at = (character: number) => ({ line, column: byteColumn(row.text, character) });
  return { path, range: { start: at(column), end: length === undefined ? undefined : at(column + length) } };
}
