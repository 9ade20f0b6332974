import { printableText } from '../../document/printable.ts';
import type { Place } from '../../system/diagnostic.ts';
import type { Review } from '../types.ts';
import { byteColumn, findRow } from './lines.ts';
import { type Remark, remarksOf, sentence } from './remarks.ts';
import { repositoryPath } from './repository-path.ts';

interface Position {
  readonly line: number;
  /** Bytes of UTF-8, from 1. */
  readonly column?: number;
}

interface Range {
  readonly start: Position;
  /** Exclusive. */
  readonly end?: Position;
}

interface Location {
  readonly path: string;
  readonly range?: Range;
}

/** `DiagnosticResult` of reviewdog's proto/rdf/reviewdog.proto. */
export interface Rdjson {
  readonly source: { readonly name: string };
  readonly diagnostics: readonly {
    readonly message: string;
    readonly location: Location;
    readonly severity: 'ERROR' | 'WARNING' | 'INFO';
    readonly code: { readonly value: string };
    readonly related_locations?: readonly { readonly message: string; readonly location: Location }[];
  }[];
}

const SEVERITY = { error: 'ERROR', warning: 'WARNING', note: 'INFO' } as const;

/**
 * Problems, warnings and findings for reviewdog (`reviewdog -f=rdjson`): those that have a place, in the tree or in the
 * patch file, for reviewdog drops the others.
 */
export function reviewRdjson(review: Review): Rdjson {
  return {
    source: { name: 'forkwright' },
    diagnostics: remarksOf(review).flatMap((remark) => {
      const place = remark.place ?? (remark.patch?.file === undefined ? undefined : { file: remark.patch.file });
      return place === undefined ? [] : [diagnostic(remark, place, review)];
    }),
  };
}

function diagnostic(remark: Remark, place: Place, review: Review): Rdjson['diagnostics'][number] {
  return {
    message: printableText([sentence(remark), ...remark.detail].join('\n')),
    location: locationOf(place, review),
    severity: SEVERITY[remark.severity],
    code: { value: remark.rule },
    ...(remark.related.length === 0
      ? {}
      : {
          related_locations: remark.related.map((other) => ({
            message: printableText(other.message),
            location: locationOf(other.place, review),
          })),
        }),
  };
}

/** Columns are told only of lines that are part of the review: of others it is not known how many bytes they have. */
function locationOf({ file, line, column, length }: Place, review: Review): Location {
  const path = repositoryPath(file, review);
  if (line === undefined) return { path };
  const row = column === undefined ? undefined : findRow(review, file, line)?.row;
  if (column === undefined || row === undefined) return { path, range: { start: { line } } };
  const start = { line, column: byteColumn(row.text, column) };
  if (length === undefined) return { path, range: { start } };
  return { path, range: { start, end: { line, column: byteColumn(row.text, column + length) } } };
}
