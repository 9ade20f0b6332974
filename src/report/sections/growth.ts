import { VARIANTS } from '../../builds/types.ts';
import { bytes, bytesRounded, integer, signedBytes } from '../../document/format.ts';
import type { TargetResult } from '../../run/types.ts';
import { sentence } from '../answers.ts';
import type { Section } from '../view.ts';

/** Memory kept by functions that ran once: an unbounded cache shows here. */
export function growthSection(target: TargetResult): Section | undefined {
  const { growth } = target;
  if (growth === undefined) return undefined;
  const { baseline, patched } = growth.growth;
  const variants = VARIANTS.flatMap((variant) => {
    const measured = growth.growth[variant];
    return measured === undefined ? [] : [{ variant, ...measured }];
  });
  const lines = [
    `${integer(growth.functions)} distinct functions were called once each; what the process has grown by afterwards is memory that it keeps for them.`,
  ];
  if (baseline !== undefined && patched !== undefined) {
    lines.push(`Patched against baseline: ${signedBytes(patched.grownBytes - baseline.grownBytes)}.`);
  }
  for (const [variant, why] of Object.entries(growth.problems ?? {})) {
    lines.push(`Not measured on ${variant}: ${sentence(why)}`);
  }
  return {
    id: `${target.target}-growth`,
    title: 'Memory growth',
    blocks: [
      { kind: 'text', lines },
      {
        kind: 'bars',
        bars: {
          title: `Growth after ${integer(growth.functions)} functions`,
          bars: variants.map(({ variant, grownBytes, spreadBytes }) => ({
            label: variant,
            value: grownBytes,
            text: [
              bytes(grownBytes),
              Math.abs(grownBytes) >= 1024 ? ` (${bytesRounded(grownBytes)})` : '',
              spreadBytes === undefined ? '' : `, repeats differ by ${bytesRounded(spreadBytes)}`,
            ].join(''),
          })),
          note: `Less is better. Method: ${growth.method}.`,
        },
      },
    ],
  };
}
