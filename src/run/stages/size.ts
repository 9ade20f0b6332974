import { z } from 'zod';
import { sizeSchema } from '../../bench/size/types.ts';
import { ofVariant, stage } from './stage.ts';

/** Compares the sizes of the builds: about a second, so it is always done. */
export const size = stage({
  name: 'size',
  title: 'Size',
  always: true,
  bench: true,
  members: { size: sizeSchema.optional(), sizeSkipped: z.string().optional() },
  prepare: async ({ target, built, ctx }) => ({
    async measure() {
      const { measureSize } = await import('../../bench/size/measure.ts');
      const [baseline, patched] = [ofVariant(built, 'baseline').build, ofVariant(built, 'patched').build];
      const size = await measureSize({ baseline, patched, target, ctx });
      return typeof size === 'string' ? { why: size } : { size };
    },
  }),
});
