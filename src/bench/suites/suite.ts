import type { Build } from '../../builds/types.ts';
import type { Checkout } from '../../checkout/types.ts';
import type { ArchiveFile } from '../../system/archive.ts';
import type { Context } from '../../system/context.ts';
import type { SampleHeader } from '../types.ts';

export interface SuiteInputs {
  /** Absent where there is only an interpreter. */
  readonly checkout: Checkout | undefined;
  readonly baseline: Pick<Build, 'python' | 'wrapper' | 'env' | 'inputs'> | undefined;
  /** Files that `--suite` named, absolute. */
  readonly files: readonly string[];
  /** The folders that `--pybench` and `--pyperformance` named. */
  readonly pybench?: string | undefined;
  readonly pyperformance?: string | undefined;
  /** What follows the suite's name and a colon, of a suite that `selects`. */
  readonly selection?: string | undefined;
  readonly ctx: Context;
}

/** What a samples file says of its suite: samples of suites that differ in it are never mixed. */
export type SuiteIdentity = Pick<SampleHeader, 'pybench' | 'files' | 'pins'>;

export interface PreparedSuite {
  readonly name: string;
  /** The worker, which answers as bench/assets/worker.py does, by its name among the assets. Absent: that one. */
  readonly worker?: string | undefined;
  /** It runs only where this program does: its scripts are not brought to another machine. */
  readonly here?: true | undefined;
  /** What follows the worker on its command line. */
  readonly args: readonly string[];
  readonly identity: SuiteIdentity;
}

/** A suite as a bundle carries it: no interpreter of its machine can be asked for the names of the tests. */
export interface PackedSuite {
  /** In a folder that is called like the suite. */
  readonly files: readonly ArchiveFile[];
  readonly tests: readonly string[];
  readonly identity: SuiteIdentity;
}

/** Benchmarks that belong together. A new one is a file in this folder and a line in list.ts. */
export interface Suite {
  /** As `--suite`, the records and the plans call it. */
  readonly name: string;
  /** In the progress list, and within a sentence. */
  readonly title: string;
  readonly words: string;
  /** It consists of files that the user names. */
  readonly ofFiles?: true | undefined;
  /** A part of it can be chosen: `NAME:PART,…`. */
  readonly selects?: true | undefined;
  /** Instructions can be counted of its tests. */
  readonly counted?: true | undefined;
  /** @throws UserError when it cannot be had here. */
  readonly prepare: (inputs: SuiteInputs) => Promise<PreparedSuite>;
  /** Packs it for a machine that cannot be reached; or why it cannot be, and what else to do. @throws UserError */
  readonly pack: ((inputs: SuiteInputs) => Promise<PackedSuite>) | { readonly message: string; readonly hint: string };
}
