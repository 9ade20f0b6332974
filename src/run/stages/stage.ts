import type { z } from 'zod';
import type { Once } from '../../bench/once.ts';
import type { Interpreter } from '../../bench/types.ts';
import type { BuildResult, Variant } from '../../builds/types.ts';
import type { Checkout } from '../../checkout/types.ts';
import type { GeneratedPatch } from '../../patch/types.ts';
import type { Context } from '../../system/context.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import type { Step } from '../../system/events.ts';
import { notMeasurable } from '../../targets/runner.ts';
import type { TargetDescriptor } from '../../targets/types.ts';
import type { Asked } from '../asked.ts';

export interface StageInputs {
  /** Of the stage's step: `host/size`. */
  readonly id: string;
  readonly target: TargetDescriptor;
  readonly checkout: Checkout;
  readonly patches: readonly GeneratedPatch[];
  readonly request: Asked;
  readonly folder: { readonly dir: string; readonly logs: string; samples(target: string): string };
  /** All variants, the baseline first. */
  readonly built: readonly BuildResult[];
  readonly interpreters: readonly Interpreter[];
  /** For interpreters that other runs have, too; absent: there are none. */
  readonly once?: Once | undefined;
  readonly ctx: Context;
}

/** Why something cannot be had here, with what the user is warned by: the run goes on without it. */
export interface NotHad {
  readonly why: string;
  readonly warnings?: readonly Diagnostic[];
}

export interface Ready<Result> {
  /** What the result depends on: a run that is resumed takes it from the journal when these are the same. Absent: it is always asked for anew. */
  readonly inputs?: unknown;
  readonly measure: (step: Step) => Promise<Result | NotHad>;
}

/** What a stage says of its result where the report has no section of its own for it. Plain texts. */
export interface Said {
  /** The answer in a few words. */
  readonly short: string;
  readonly tone?: 'good' | 'bad' | 'attention' | 'plain' | 'unknown';
  /** Numbers and reasons, a sentence each. */
  readonly more?: readonly string[];
  readonly facts?: readonly { readonly name: string; readonly value: string }[];
  readonly table?: {
    readonly caption: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
}

/** Something that is found out about the built interpreters. A new one is a file in this folder and a line in list.ts. */
export interface Stage<Name extends string = string, Members extends z.ZodRawShape = z.ZodRawShape> {
  /** Its step, its row of the journal and its result are called so. */
  readonly name: Name;
  readonly title: string | ((request: Asked) => string);
  /** Its row in the progress list, where that is not the title. */
  readonly row?: (request: Asked) => string;
  /** So short that nobody asks for it: done whenever something was built. */
  readonly always?: true;
  /** A part of `forkwright bench`, too. */
  readonly bench: boolean;
  /** Whether it is wanted, once it is among the request's stages. Absent: yes. */
  readonly wanted?: (request: Asked) => boolean;
  /** Why it cannot be had on a target, or of these builds, beside what the target and its runner say. */
  readonly cannot?: (target: TargetDescriptor, built: readonly BuildResult[]) => string | undefined;
  /** What a limit of the target says where it cannot be had; absent: `members` has a `…Skipped` for the reason. */
  readonly limit?: string;
  /** What it adds to a target's result in run.json: the result itself under its name, all optional. */
  readonly members: Members;
  /** @throws UserError what must end the run; Cancelled. */
  prepare(inputs: StageInputs): Promise<Ready<Partial<z.infer<z.ZodObject<Members>>>> | NotHad>;
  /** Needed where src/report has no section for it. @returns `undefined` when there is no result. */
  say?(result: z.infer<z.ZodObject<Members>>): Said | undefined;
}

export const stage = <const Name extends string, Members extends z.ZodRawShape>(
  own: Stage<Name, Members>,
): Stage<Name, Members> => own;

type Request = Asked & { readonly stages: readonly string[] };

export const isWanted = ({ name, always, wanted }: Stage, request: Request): boolean =>
  (always === true || request.stages.includes(name)) && (wanted?.(request) ?? true);

export const titleOf = ({ title }: Stage, request: Asked): string =>
  typeof title === 'string' ? title : title(request);

export const rowOf = (own: Stage, request: Asked): string => own.row?.(request) ?? titleOf(own, request);

export const whyNot = (
  { name, cannot }: Stage,
  target: TargetDescriptor,
  built: readonly BuildResult[],
): string | undefined => cannot?.(target, built) ?? notMeasurable(target, name);

/** Whether one of the interpreters was built elsewhere: it has no objects, no sources and no Makefile here. */
export const isFound = (built: readonly Pick<BuildResult, 'build'>[]): boolean =>
  built.some(({ build }) => build.interpreter !== undefined);

/** Those that are compared: a control is the baseline once more. */
export const compared = <One extends { readonly variant: Variant }>(all: readonly One[]): readonly One[] =>
  all.filter(({ variant }) => variant !== 'control');

export function ofVariant<One extends { readonly variant: Variant }>(all: readonly One[], variant: Variant): One {
  const found = all.find((one) => one.variant === variant);
  if (found === undefined) throw new Error(`no ${variant}`);
  return found;
}

export const keysOf = (interpreters: readonly Interpreter[]) =>
  interpreters.map(({ variant, buildKey }) => ({ variant, buildKey }));
