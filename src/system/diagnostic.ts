import type { z } from 'zod';
import type { diagnosticSchema, placeSchema } from './diagnostic-schema.ts';

/**
 * What is told to a person when something is not as it should be.
 * Expected failures are values of this shape, or a `UserError` that carries them; any other error is a bug (exit code 70).
 */

export type Place = z.infer<typeof placeSchema>;
export type Diagnostic = z.infer<typeof diagnosticSchema>;

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
