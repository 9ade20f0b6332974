import type { Diagnostic } from './diagnostic.ts';

/** How a step ended: `hit` means that an earlier result was reused. */
export type StepOutcome = 'done' | 'hit' | 'failed' | 'skipped' | 'cancelled';

export type MessageLevel = 'info' | 'warning' | 'verbose';

/** A row of the progress list, known before the work begins. Steps on the top level follow one another; their children may overlap. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly children?: readonly { readonly id: string; readonly title: string }[] | undefined;
}

/**
 * Everything that happens while work is under way. The terminal, the JSON lines and the CI annotations are consumers of
 * this one stream. A step's id is unique in a run; `parent` makes a tree. Times are milliseconds.
 */
export type Event =
  | { readonly type: 'plan'; readonly steps: readonly PlannedStep[] }
  | { readonly type: 'step-started'; readonly id: string; readonly title: string; readonly parent?: string | undefined }
  | {
      readonly type: 'step-progress';
      readonly id: string;
      readonly text: string;
      readonly done?: number | undefined;
      readonly total?: number | undefined;
    }
  | {
      readonly type: 'step-finished';
      readonly id: string;
      readonly outcome: StepOutcome;
      readonly note?: string | undefined;
      readonly durationMs: number;
    }
  | { readonly type: 'message'; readonly level: MessageLevel; readonly text: string }
  | { readonly type: 'diagnostic'; readonly severity: 'error' | 'warning' | 'note'; readonly diagnostic: Diagnostic };

export type EventSink = (event: Event) => void;

export interface Step {
  readonly id: string;
  /** Shows `text` (the last log line, "test 12 of 58") on the step's row. */
  progress(text: string, done?: number, total?: number): void;
  /** A word for the finished row, such as the size of a download. */
  note(text: string): void;
  /** Ends the step as `hit` (reused), `skipped` or `failed` instead of `done`. */
  outcome(outcome: 'hit' | 'skipped' | 'failed'): void;
}

/** Runs `body` as a step: emits its start and end, whatever happens; rethrows what `body` throws. */
export async function runStep<T>(
  emit: EventSink,
  where: { readonly id: string; readonly title: string; readonly parent?: string | undefined },
  body: (step: Step) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  let note: string | undefined;
  let outcome: StepOutcome = 'done';
  emit({ type: 'step-started', ...where });
  const finish = (outcome: StepOutcome) => {
    const durationMs = Math.round(performance.now() - started);
    emit({ type: 'step-finished', id: where.id, outcome, note, durationMs });
  };
  try {
    const result = await body({
      id: where.id,
      progress: (text, done, total) => emit({ type: 'step-progress', id: where.id, text, done, total }),
      note: (text) => {
        note = text;
      },
      outcome: (how) => {
        outcome = how;
      },
    });
    finish(outcome);
    return result;
  } catch (error) {
    finish(error instanceof Error && error.name === 'Cancelled' ? 'cancelled' : 'failed');
    throw error;
  }
}
