import type { Range } from '../../c/source.ts';

/** A named part of a file that is not C: a Python function, a target of make, a call of a macro, an element of XML. */
export interface Part extends Range {
  /** What lines are added to at its start or end; without it the part has no place for lines. Starts and ends where lines do. */
  readonly inner?: Range | undefined;
  /** White space before the lines inside of it. */
  readonly indent?: string | undefined;
  /** What must end its last line when a line is added behind that: the backslash of a list of make. */
  readonly glue?: string | undefined;
}

/** How the parts of one kind of file are found. */
export interface Format {
  /** The parts of a name, in the order of the text. */
  readonly parts: (text: string, name: string) => readonly Part[];
  /** Where the text cannot be read as what it is, for the first time, and why. */
  readonly torn: (text: string) => Torn | undefined;
}

export interface Torn {
  readonly offset: number;
  readonly why: string;
}
