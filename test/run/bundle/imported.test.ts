import { expect, test } from 'vitest';
import { keepImported } from '../../../src/run/bundle/imported.ts';
import type { TargetResult } from '../../../src/run/types.ts';
import { everythingFine } from '../../report/records.ts';

const [fine] = everythingFine().targets;
if (fine === undefined) throw new Error('no target');
const { speed, bench, memory: _, ...bare } = fine;
const LIMIT = 'memory was not measured: needs a bundle';
const fresh: TargetResult = { ...bare, speedSkipped: 'needs a bundle', limits: ['x', LIMIT] };
const brought: TargetResult = {
  ...{ ...fresh, speedSkipped: undefined, speed, bench },
  elsewhere: 'by bundle',
  bundle: { plan: 'p', samples: 's' },
};

test('what was brought stays when its run goes on', () => {
  expect(keepImported(brought, fresh)).toMatchObject({ speed, elsewhere: 'by bundle', bundle: { plan: 'p' } });
  expect(keepImported(brought, fresh).speedSkipped).toBeUndefined();
});

test('not when nothing was brought, when it was measured here since, or when other interpreters were built', () => {
  const { bundle: __, ...own } = brought;
  expect(keepImported(undefined, fresh)).toBe(fresh);
  expect(keepImported(own, fresh)).toBe(fresh);
  const measured = { ...fresh, speed };
  expect(keepImported(brought, measured)).toBe(measured);
  const anew = { ...fresh, builds: fresh.builds.map((one) => ({ ...one, build: { ...one.build, key: 'another' } })) };
  expect(keepImported(brought, anew)).toBe(anew);
});
