import { VARIANTS } from '../../builds/types.ts';
import { bytes, bytesRounded, integer, signedBytes } from '../../document/format.ts';
import { text } from '../../document/say.ts';
import type { TargetResult } from '../../run/types.ts';
import { savedGrowth, sentence } from '../answers.ts';
import { type Section, section } from '../view.ts';

/** Memory kept by functions that ran once: an unbounded cache shows here. */
export function growthSection(target: TargetResult): Section | undefined {
  const { growth } = target;
  if (growth === undefined) return undefined;
  const variants = VARIANTS.flatMap((variant) => {
    const measured = growth.growth[variant];
    return measured === undefined ? [] : [{ variant, ...measured }];
  });
  const less = savedGrowth(growth);
  const lines = [
    `${integer(growth.functions)} distinct functions were called once each; what the process has grown by afterwards is memory that it keeps for them.`,
    less !== undefined && `Patched against baseline: ${signedBytes(-less)}.`,
    Object.entries(growth.problems ?? {}).map(([variant, why]) => `Not measured on ${variant}: ${sentence(why)}`),
  ];
  const bars = variants.map(({ variant, grownBytes, spreadBytes }) => ({
    label: variant,
    value: grownBytes,
    text: [
      bytes(grownBytes),
      Math.abs(grownBytes) >= 1024 ? ` (${bytesRounded(grownBytes)})` : '',
      spreadBytes === undefined ? '' : `, repeats differ by ${bytesRounded(spreadBytes)}`,
    ].join(''),
  }));
  const title = `Growth after ${integer(growth.functions)} functions`;
  return section(`${target.target}-growth`, 'Memory growth', [
    text(lines),
    { kind: 'bars', bars: { title, bars, note: `Less is better. Method: ${growth.method}.` } },
  ]);
}
