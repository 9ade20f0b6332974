/**
 * What is told to a person when something is not as it should be.
 * Expected failures are values of this shape, or a `UserError` that carries them; any other error is a bug (exit code 70).
 */

/** Where the culprit is. Lines and columns count from 1; a column counts UTF-16 units of the line as shown. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** How many characters are meant, for the underline. */
  readonly length?: number | undefined;
}

/** A remark on another place that explains the first. */
export interface RelatedPlace {
  readonly place: Place;
  readonly message: string;
}

export interface Diagnostic {
  /** Stable and machine readable: `room/what`, for example `checkout/not-cpython`. */
  readonly code: string;
  /** What happened, one sentence. */
  readonly message: string;
  readonly place?: Place | undefined;
  /** What to do next; where a command helps, the exact command. */
  readonly hint?: string | undefined;
  /** Further lines: code, tool output, a list. */
  readonly detail?: readonly string[] | undefined;
  readonly related?: readonly RelatedPlace[] | undefined;
}

/** 1: the answer is no. 2: the request or the machine is not right. */
export type FailureExitCode = 1 | 2;

/** An expected failure on its way to the user: never shown with a stack trace. */
export class UserError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: FailureExitCode;

  constructor(diagnostics: Diagnostic | readonly Diagnostic[], exitCode: FailureExitCode = 2) {
    const list: readonly Diagnostic[] = Array.isArray(diagnostics) ? diagnostics : [diagnostics as Diagnostic];
    super(list.map((d) => d.message).join('; '));
    this.name = 'UserError';
    this.diagnostics = list;
    this.exitCode = exitCode;
  }
}

/** The user, or the machine's owner, stopped the work: what was done is kept and can be resumed. */
export class Cancelled extends Error {
  constructor(message = 'stopped') {
    super(message);
    this.name = 'Cancelled';
  }
}

/** For the end of a switch over a closed union: a new member that is not handled does not compile. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
