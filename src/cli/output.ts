import path from 'node:path';
import { writeFileAtomic } from '../system/files.ts';
import { type OptionTable, option } from '../work/options.ts';
import type { CommandContext, Outcome } from './frame.ts';

export const OUTPUT_OPTION = {
  output: option('-o, --output <file>', 'write to a file'),
} as const satisfies OptionTable;

/** `-f, --format <format>`, of which the first is the default. */
export const formatOption = <const F extends readonly [string, ...string[]]>(...choices: F) =>
  ({
    format: option('-f, --format <format>', 'how', { choices, otherwise: choices[0] as F[number] }),
  }) as const satisfies OptionTable;

/**
 * The result on stdout; or in a file, and of it only where that is.
 * @throws when the work was stopped: then nothing is written.
 * @param remark what to add to `wrote FILE`.
 */
export async function deliver(
  outcome: Outcome,
  output: string | undefined,
  { signal }: Pick<CommandContext, 'signal'>,
  remark = '',
): Promise<Outcome> {
  if (output === undefined) return outcome;
  signal.throwIfAborted();
  const { text } = outcome;
  const file = path.resolve(output);
  await writeFileAtomic(file, typeof text === 'string' && !text.endsWith('\n') ? `${text}\n` : text);
  return { ...outcome, data: { ...(outcome.data as object), file }, text: `wrote ${output}${remark}`, written: true };
}

export const asJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
