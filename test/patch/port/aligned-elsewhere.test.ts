import { describe, expect, test } from 'vitest';
import { applyPorted, handMade, hunks, portText } from './rig.ts';

const CHECK = ['    if (x == NULL) {', '        goto error;', '    }'];
const ALPHA = '    alpha(x);';
const file = (body: readonly string[]) =>
  `#include "Python.h"\n\nstatic int\nf(T *x, int y)\n{\n${body.join('\n')}\n}\n`;
const HEAD = 5;

describe('the same lines once more in the new function', () => {
  const old = [ALPHA, ...CHECK, ALPHA, ...CHECK, ALPHA, ALPHA, ALPHA];
  const patch = handMade('a.c', file(old), HEAD + 4, 0, ['    changed_here(x, 1);']);

  test('what stands unchanged around another place is no proof', async () => {
    // The first check is new; the patch's own is the second, and has one more line behind it.
    const now = [...CHECK, ALPHA, ...CHECK, ALPHA, ALPHA, ...CHECK, ALPHA, ALPHA, ALPHA];
    const result = await portText(patch, { 'a.c': file(old) }, { 'a.c': file(now) });
    expect(result.complete).toBe(false);
    expect(result.patches[0]?.text).toBe('');
    expect(
      hunks(result)
        .flatMap(({ reasons }) => reasons)
        .join('\n'),
    ).toMatch(/cannot be told/);
  });

  test('where nothing speaks against it, it is placed', async () => {
    const now = ['    before(x);', ...old];
    const result = await portText(patch, { 'a.c': file(old) }, { 'a.c': file(now) });
    expect(result.complete).toBe(true);
    const expected = file(now.toSpliced(5, 0, '    changed_here(x, 1);'));
    expect(applyPorted(result, { 'a.c': file(now) })['a.c']).toBe(expected);
  });
});
