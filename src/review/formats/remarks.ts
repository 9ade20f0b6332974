import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import type { Review, ReviewPatch } from '../types.ts';

/** One thing that the review has to say of a place, whoever found it. */
export interface Remark {
  /** Stable: a diagnostic's code, or `review/` and the check's id. */
  readonly rule: string;
  /** What the rule is about, in a few words. */
  readonly title: string;
  readonly severity: 'note' | 'warning' | 'error';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly detail: readonly string[];
  /** In the tree, or of a patch the file that it was read from. */
  readonly place?: Place | undefined;
  readonly related: NonNullable<Diagnostic['related']>;
}

/** Problems and warnings of the patches, then what the checks found, in their order. */
export function remarksOf(review: Review): readonly Remark[] {
  return [
    ...review.patches.flatMap((patch) => [
      ...patch.problems.map((problem) => ofDiagnostic(problem, 'error', patch)),
      ...patch.warnings.map((warning) => ofDiagnostic(warning, 'warning', patch)),
    ]),
    ...review.checks.flatMap(({ id, title, findings }) =>
      findings.map(({ severity, message, place, detail = [] }) => ({
        rule: `review/${id}`,
        title,
        severity,
        message,
        place,
        detail,
        related: [],
      })),
    ),
  ];
}

function ofDiagnostic(diagnostic: Diagnostic, severity: 'error' | 'warning', { file }: ReviewPatch): Remark {
  const { code, message, hint, detail = [], related = [] } = diagnostic;
  const place = diagnostic.place ?? (file === undefined ? undefined : { file });
  return { rule: code, title: code, severity, message, hint, detail, place, related };
}

/** Message and hint, as formats without a place for hints want it. */
export const sentence = ({ message, hint }: Remark): string => (hint === undefined ? message : `${message}\n→ ${hint}`);
