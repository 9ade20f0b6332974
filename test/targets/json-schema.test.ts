import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { builtInTargets } from '../../src/targets/load.ts';
import { settingsJsonSchema } from './settings-json-schema.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');
const schema = z.fromJSONSchema(JSON.parse(settingsJsonSchema()));
const valid = (yaml: string) => schema.safeParse(parse(yaml)).success;

test('the JSON Schema of forkwright.yml is current: written anew with --update', async () => {
  await expect(settingsJsonSchema()).toMatchFileSnapshot(path.join(docs, 'forkwright.schema.json'));
});

describe('an editor that knows it', () => {
  test('finds nothing wrong with what the page on targets shows, nor with the targets that are built in', async () => {
    const page = readFileSync(path.join(docs, 'targets.md'), 'utf8');
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
    expect(parse(example)).toMatchObject({ targets: [{ name: 'my-board' }, { name: 'riscv' }] });
    expect(valid(example)).toBe(true);
    for (const target of await builtInTargets()) {
      const said = JSON.parse(JSON.stringify(target));
      expect(schema.safeParse({ targets: [said] }).error?.issues, target.name).toBeUndefined();
    }
  });

  test.each([
    ['names of targets beside other settings', 'targets: [host, ps3-linux]\nrecipes: [remove-zombieframe]'],
    ['one that extends another and says little', 'targets: [{name: x, extends: ps3-linux, run: {cpu: power8}}]'],
    [
      'a part of a variable of a toolchain',
      'targets: [{name: x, extends: y, toolchain: {environment: {A: {why: a}}}}]',
    ],
    ['nothing', '{}'],
  ])('accepts %s', (_what, yaml) => {
    expect(valid(yaml)).toBe(true);
  });

  test.each([
    ['a key that there is not', 'targets: [{name: x, extends: ps3-linux, cflag: -O1}]'],
    ['one that neither says how it is run nor extends another', 'targets: [{name: x, title: y}]'],
    ['one without a name', 'targets: [{extends: ps3-linux}]'],
    ['a range of versions without the versions', 'targets: [{name: x, extends: y, versions: [{cflags: -O1}]}]'],
    ['a runner that there is not', 'targets: [{name: x, title: y, run: {runner: bochs}}]'],
    ['a list that is none', 'targets: host'],
  ])('refuses %s', (_what, yaml) => {
    expect(valid(yaml)).toBe(false);
  });
});
