import type { z } from 'zod';
import { growth } from './growth.ts';
import { imports } from './imports.ts';
import { instructions } from './instructions.ts';
import { memory } from './memory.ts';
import { size } from './size.ts';
import { speed } from './speed.ts';
import type { Stage } from './stage.ts';
import { tests } from './tests.ts';
import { workload } from './workload.ts';

export const STAGES = [size, tests, growth, memory, workload, imports, instructions, speed] as const;

type OneOf = (typeof STAGES)[number];
type All<Members> = (Members extends unknown ? (_: Members) => void : never) extends (_: infer Each) => void
  ? Each
  : never;
export type StageMembers = All<OneOf['members']>;

export const membersOf = (stages: readonly Stage[]): z.ZodRawShape =>
  Object.assign({}, ...stages.map(({ members }) => members));

export const STAGE_NAMES = ['build', ...STAGES.map(({ name }) => name)] as const;
type StageName = (typeof STAGE_NAMES)[number];

const named = (stages: readonly (Stage & { readonly name: StageName })[]): readonly StageName[] => [
  'build',
  ...stages.filter(({ always }) => always === undefined).map(({ name }) => name),
];

/** What `forkwright run` asks for where nothing is left out, and what `forkwright bench` does. */
export const ALL_STAGES = named(STAGES);
export const BENCH_STAGES = named(STAGES.filter(({ bench }) => bench));
