import path from 'node:path';
import { writeFileAtomic } from '../system/files.ts';
import type { OptionTable } from '../work/options.ts';
import type { Outcome } from './frame.ts';

export const OUTPUT_OPTION = {
  output: { flags: '-o, --output <file>', text: 'write to a file' },
} as const satisfies OptionTable;

/** `-f, --format <format>`, of which the first is the default. */
export const formatOption = <const F extends readonly [string, ...string[]]>(...choices: F) =>
  ({
    format: { flags: '-f, --format <format>', text: 'how', choices, otherwise: choices[0] as F[number] },
  }) as const satisfies OptionTable;

/**
 * The result on stdout; or in a file, and of it only where that is.
 * @param remark what to add to `wrote FILE`.
 */
export async function deliver(outcome: Outcome, output: string | undefined, remark = ''): Promise<Outcome> {
  if (output === undefined) return outcome;
  const { text } = outcome;
  const file = path.resolve(output);
  await writeFileAtomic(file, typeof text === 'string' && !text.endsWith('\n') ? `${text}\n` : text);
  return { ...outcome, data: { ...(outcome.data as object), file }, text: `wrote ${output}${remark}`, written: true };
}

export const asJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
