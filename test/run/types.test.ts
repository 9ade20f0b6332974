import { expect, test } from 'vitest';
import { runRecordSchema } from '../../src/run/types.ts';
import { instructions, sizes } from '../report/counted.ts';
import { everythingFine, hostileStrings, record, stopped, target } from '../report/records.ts';

const counted = record({ targets: [target({ instructions: instructions(), size: sizes() })] });

test.each([everythingFine(), hostileStrings(), stopped(), counted])(
  'a record survives the round trip: $id',
  (record) => {
    const json = JSON.parse(JSON.stringify(record));
    expect(runRecordSchema.parse(json)).toEqual(json);
  },
);

test('a damaged record is refused with the names of its fields', () => {
  const json = JSON.parse(JSON.stringify(everythingFine()));
  json.targets[0].speed.tests[0].verdict = 'great';
  delete json.checkout.base.treeHash;
  const paths = runRecordSchema.safeParse(json).error?.issues.map((issue) => issue.path.join('.'));
  expect(paths).toEqual(['checkout.base.treeHash', 'targets.0.speed.tests.0.verdict']);
});
