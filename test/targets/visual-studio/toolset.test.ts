import { describe, expect, test } from 'vitest';
import type { PythonVersion } from '../../../src/checkout/types.ts';
import { chooseToolset, toolsetName, toolsetsOf } from '../../../src/targets/visual-studio/toolset.ts';

const installation = { name: 'Visual Studio', version: '17.10', folder: 'C:\\VS' };
const found = (...names: string[]) => names.map((name) => ({ name, version: '', installation }));
function python(text: string): PythonVersion {
  const [major = 0, minor = 0, micro = 0] = text.split('.').map(Number);
  return { major, minor, micro, level: 'final', serial: 0, text, short: `${major}.${minor}` };
}

describe('which toolset a compiler belongs to', () => {
  test.each([
    ['14.00.24210', 'v140'],
    ['14.16.27023', 'v141'],
    ['14.29.30133', 'v142'],
    ['14.38.33130', 'v143'],
    ['14.44.35207', 'v143'],
    ['14.50.35717', 'v145'],
    ['15.10.1', undefined],
    ['backup', undefined],
  ])('%s', (version, name) => expect(toolsetName(version)).toBe(name));

  test('of each the newest, as MSBuild takes it', () => {
    const toolsets = toolsetsOf(installation, ['14.9.1', '14.29.30037', '14.29.30133', '14.38.33130', '14.4.1', 'x']);
    expect(toolsets.map(({ name, version }) => [name, version])).toContainEqual(['v142', '14.29.30133']);
  });
});

describe('which toolset a version is built with', () => {
  test.each([
    ['2.7.18', ['v90', 'v143'], 'v90'],
    ['3.5.10', ['v140', 'v143'], 'v140'],
    ['3.5.10', ['v143'], 'v143'],
    ['3.6.15', ['v141', 'v142'], 'v141'],
    ['3.7.17', ['v142', 'v141'], 'v141'],
    ['3.8.20', ['v142', 'v143'], 'v142'],
    ['3.9.2', ['v143'], 'v143'],
    ['3.10.14', ['v141', 'v143'], 'v141'],
    ['3.11.2', ['v142', 'v143'], 'v143'],
    ['3.12.4', ['v142'], 'v142'],
    ['3.13.5', ['v145', 'v143'], 'v143'],
    ['3.14.0', ['v145'], 'v145'],
  ])('%s with %j: %s', (version, names, expected) => {
    expect(chooseToolset(python(version), found(...names))).toMatchObject({ name: expected });
  });

  test.each([
    ['2.7.18', ['v140', 'v143'], /2\.7\.18 needs one of the toolsets v90 \(found: v140, v143\).*__pioinfo/],
    ['3.4.10', ['v143'], /Visual Studio 2010/],
    ['3.9.2', [], /none was found/],
    ['3.13.5', ['v140', 'v141'], /needs one of the toolsets v143/],
  ])('%s with %j is refused', (version, names, why) => {
    const refused = chooseToolset(python(version), found(...names));
    expect(refused).toMatchObject({
      code: 'build/toolset',
      message: expect.stringMatching(why),
      hint: expect.any(String),
    });
  });

  test('the user’s own choice is taken', () => {
    expect(chooseToolset(python('3.9.2'), found('v142', 'v143'), 'v143')).toMatchObject({ name: 'v143' });
  });

  test('but not where it would meet a C runtime that the sources do not know, nor when it is not there', () => {
    expect(chooseToolset(python('2.7.18'), found('v90', 'v143'), 'v143')).toMatchObject({
      message: expect.stringContaining('cannot be built with v143'),
    });
    expect(chooseToolset(python('3.9.2'), found('v142'), 'v143')).toMatchObject({
      message: expect.stringContaining('v143 (found: v142)'),
    });
  });
});
