import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkSyntax, configuredHeader } from '../../src/builds/check-syntax.ts';
import { compilerRemarks, newRemarks } from '../../src/builds/compiler-errors.ts';
import { openCheckout } from '../../src/checkout/open.ts';
import type { Checkout } from '../../src/checkout/types.ts';
import { touchedDefines } from '../../src/patch/index.ts';
import type { Context } from '../../src/system/context.ts';
import { failure, makeRig, miniTree, type Rig } from '../checkout/rig.ts';
import { patchOf } from './rig.ts';

const SOURCE = `#include "Python.h"
#ifndef LIMIT
#define LIMIT 200
#endif
int unpatched_warning(void) { int never; return 0; }
int dealloc(int slot)
{
    int number = 1;
    if (slot == 0)
        slot = number;
#if LIMIT > 0
    else if (slot < LIMIT)
        slot = 2;
#endif
    else
        slot = 3;
    return slot;
}
#ifdef BROKEN
#error "was broken before"
int broken;
#endif
`;
const HEADER =
  '#ifndef THING_H\n#define THING_H\nstruct thing {\n    int a;\n};\nstatic inline int get(struct thing *t) { return t->a; }\n#endif\n';

const SLOTS = 'typedef struct {\n    int (*first)(void);\n    void *unused;\n    int *last;\n} Slots;\n';

const FORKED = '#include "Python.h"\n#include "core/own.h"\nint forked(void) { return 1; }\n';

const HALF = 'int half = NEEDED;\n';

let rig: Rig;
let ctx: Context;
let checkout: Checkout;
beforeAll(async () => {
  rig = makeRig();
  ctx = rig.ctx;
  const root = miniTree(path.join(rig.dir, 'tree'), '3.9.2', {
    configure: `#!/bin/sh\necho run >> ${rig.dir}/configured\necho "#define HAVE_CONFIG 1" > pyconfig.h\n`,
    'Include/Python.h':
      '#include "pyconfig.h"\n#ifndef HAVE_CONFIG\n#error "no pyconfig.h"\n#endif\n#include "thing.h"\n',
    'Include/thing.h': HEADER,
    'Include/slots.h': SLOTS,
    'Objects/user.c':
      '#include "Python.h"\n#include "slots.h"\nint f(void) { return 0; }\nint n;\nSlots a = {f, 0, &n};\nSlots b = {f, f};\n',
    'Objects/other.c': '#include "slots.h"\n#error "not looked at"\n',
    'Objects/frameobject.c': SOURCE,
    'Python/half.h': HALF,
    'Python/half_nt.h': HALF,
    'Python/whole.c': '#define NEEDED 1\n#ifdef _WIN32\n#include "half_nt.h"\n#else\n#include "half.h"\n#endif\n',
    'Lib/os.py': '',
    'Makefile.pre.in': 'CPPFLAGS=\t-I. -I$(srcdir)/Include -I$(srcdir)/Forked $(CONFIGURE_CPPFLAGS)\n',
    'Forked/core/own.h': 'int forked(void);\n',
    'Forked/core/own.c': FORKED,
  });
  chmodSync(path.join(root, 'configure'), 0o755);
  checkout = await openCheckout(root, ctx);
});
afterAll(() => rig.remove());

const edit = (from: string, to: string) => patchOf('Objects/frameobject.c', SOURCE, from, to);
const verdicts = async (...patches: ReturnType<typeof edit>[]) =>
  (await checkSyntax(checkout, patches, ctx)).map((c) => `${c.file} ${c.defines.join()} ${c.verdict}`);

describe('what patches touch is compiled', () => {
  test('as release and as debug; warnings from before do not count', async () => {
    expect(await verdicts(edit('return slot;', 'return slot + 1;'))).toEqual([
      'Objects/frameobject.c NDEBUG fine',
      'Objects/frameobject.c Py_DEBUG fine',
    ]);
  });

  test('under each touched #if: an else that is left over where the #if is taken, and only there', async () => {
    // The store goes with its statement, but the else below stays: without the #if, the last else is left over as well.
    const half = edit(
      'if (slot == 0)\n        slot = number;\n#if LIMIT > 0\n    else if',
      'slot = number;\n#if LIMIT > 0\n    if',
    );
    const checks = await checkSyntax(checkout, [half], ctx);
    expect(checks.map((c) => `${c.defines.join()} ${c.verdict}`)).toEqual([
      'NDEBUG fine',
      'Py_DEBUG fine',
      'NDEBUG,LIMIT=0 worse',
      'NDEBUG,LIMIT=1 fine',
    ]);
    expect(checks[2]?.problems[0]).toMatchObject({ code: 'build/new-error', place: { file: 'Objects/frameobject.c' } });
    expect(checks[2]?.problems[0]?.message).toMatch(/-DNDEBUG -DLIMIT=0: .*else/);
  });

  test('a new warning is one thing that is worse', async () => {
    const checks = await checkSyntax(checkout, [edit('slot = number;', 'slot = 1;')], ctx);
    expect(checks.map((c) => c.verdict)).toEqual(['worse', 'worse']);
    expect(checks[0]?.problems.map((p) => p.code)).toEqual(['build/new-warning']);
    expect(checks[0]?.problems[0]?.message).toContain('number');
  });

  test('what did not compile before is said, and is not the patch’s fault', async () => {
    expect((await verdicts(edit('int broken;', 'int mended;'))).at(-1)).toBe(
      'Objects/frameobject.c NDEBUG,BROKEN not-checkable',
    );
  });

  test('a header, and the files that see the change of another patch of the series', async () => {
    const field = patchOf('Include/thing.h', HEADER, '    int a;\n', '    int b;\n');
    const checks = await checkSyntax(checkout, [field, edit('return slot;', 'return slot + 1;')], ctx);
    expect(checks.map((c) => `${c.file} ${c.defines.join()} ${c.verdict}`)).toEqual([
      'Include/thing.h NDEBUG worse',
      'Include/thing.h Py_DEBUG worse',
      'Objects/frameobject.c NDEBUG worse',
      'Objects/frameobject.c Py_DEBUG worse',
    ]);
    const whole = patchOf('Include/thing.h', HEADER, 'int a;', 'long a;');
    expect(new Set(await verdicts(whole))).toEqual(
      new Set(['Include/thing.h NDEBUG fine', 'Include/thing.h Py_DEBUG fine']),
    );
  });

  test('the files that name a struct whose members change, although they stay as they are', async () => {
    const drop = patchOf('Include/slots.h', SLOTS, '    void *unused;\n', '');
    const checks = await checkSyntax(checkout, [drop], ctx);
    expect(checks.map((c) => `${c.file} ${c.defines.join()} ${c.verdict}`)).toEqual([
      'Include/slots.h NDEBUG fine',
      'Include/slots.h Py_DEBUG fine',
      'Objects/user.c NDEBUG worse',
    ]);
    const said = checks[2]?.problems.map((p) => p.message).join('\n');
    expect(said).toContain('incompatible pointer type');
    expect(said).toContain('excess elements');
    const renamed = patchOf('Include/slots.h', SLOTS, 'unused;', 'used;');
    expect((await checkSyntax(checkout, [renamed], ctx)).map((c) => c.verdict)).toEqual(['fine', 'fine', 'fine']);
  });

  test('a header that is no whole is compiled where it is included, and is not checked where nothing comes to it', async () => {
    const half = patchOf('Python/half.h', HALF, 'int half = NEEDED;', 'int half = NEEDED + 1;');
    expect(await verdicts(half)).toEqual(['Python/half.h NDEBUG fine', 'Python/half.h Py_DEBUG fine']);
    const wrong = patchOf('Python/half.h', HALF, 'int half = NEEDED;', 'int half = UNKNOWN;');
    const [check] = await checkSyntax(checkout, [wrong], ctx);
    expect(check?.verdict).toBe('worse');
    expect(check?.problems[0]).toMatchObject({ place: { file: 'Python/half.h' } });
    const elsewhere = patchOf('Python/half_nt.h', HALF, 'int half = NEEDED;', 'int half = UNKNOWN;');
    expect(await verdicts(elsewhere)).toEqual([
      'Python/half_nt.h NDEBUG not-checkable',
      'Python/half_nt.h Py_DEBUG not-checkable',
    ]);
  });

  test('a folder of a fork’s own, which its makefile names', async () => {
    const patch = (to: string) => patchOf('Forked/core/own.c', FORKED, 'return 1;', to);
    expect(await verdicts(patch('return 2;'))).toEqual([
      'Forked/core/own.c NDEBUG fine',
      'Forked/core/own.c Py_DEBUG fine',
    ]);
    expect(await verdicts(patch('return x;'))).toEqual([
      'Forked/core/own.c NDEBUG worse',
      'Forked/core/own.c Py_DEBUG worse',
    ]);
  });

  test('a pyconfig.h that is given is the one that is compiled with', async () => {
    const patch = edit('return slot;', 'return 0;');
    const given = async (text: string) => (await checkSyntax(checkout, [patch], ctx, text)).map((c) => c.verdict);
    expect(await given(await configuredHeader(checkout, ctx))).toEqual(['fine', 'fine']);
    expect(await given('#define HAVE_CONFIG 1\n#define BROKEN 1\n')).toEqual(['not-checkable', 'not-checkable']);
  });

  test('configure ran once for all of this, and left no build behind', async () => {
    expect(readFileSync(path.join(rig.dir, 'configured'), 'utf8')).toBe('run\n');
  });

  test('a configure that fails is said with its last words, and the step has failed', async () => {
    const root = miniTree(path.join(rig.dir, 'unwilling'), '3.9.2', {
      configure: '#!/bin/sh\necho "configure: error: no acceptable thing"\nexit 1\n',
      'Lib/os.py': '',
      'Objects/frameobject.c': SOURCE,
    });
    chmodSync(path.join(root, 'configure'), 0o755);
    const other = await openCheckout(root, ctx);
    expect(await failure(checkSyntax(other, [edit('return slot;', 'return 1;')], ctx))).toMatchObject({
      code: 'build/configure-failed',
      detail: ['configure: error: no acceptable thing'],
    });
    expect(rig.events.filter((e) => e.type === 'step-finished').at(-1)).toMatchObject({ outcome: 'failed' });
    // Beside them, who uses them: that goes with the process.
    const left = readdirSync(path.join(ctx.cacheDir, 'builds')).filter((name) => !name.endsWith('.users'));
    expect(left).toEqual([]);
  });

  test('what is no C is not compiled', async () => {
    expect(await checkSyntax(checkout, [patchOf('Lib/os.py', 'a\n', 'a', 'b')], ctx)).toEqual([]);
  });
});

test('macros of touched #ifs: asked for their value, or whether they are defined; no include guards', () => {
  const of = (text: string, from: string) => patchOf('a.h', text, from, '').files.flatMap(touchedDefines);
  const text = '#ifndef A_H\n#define A_H\n#ifdef ONE\nint one;\n#elif TWO > 3\nint two;\n#endif\nint none;\n#endif\n';
  expect(of(text, 'int one;')).toEqual(['ONE', 'TWO=0', 'TWO=1']);
  expect(of(text, 'int none;')).toEqual([]);
});

test('remarks are told apart by file and words, not by line; as often as they came', () => {
  const [a, b] = compilerRemarks(
    "x.c:3:5: warning: unused variable 'y' [-Wunused-variable]\nx.c:9: fatal error: no z.h\nnote\n",
  );
  if (a === undefined || b === undefined) throw new Error('two remarks');
  expect([a.severity, b.severity, b.message]).toEqual(['warning', 'error', 'no z.h']);
  const moved = { ...a, line: 30 };
  expect(newRemarks([a], [moved])).toEqual([]);
  expect(newRemarks([a], [moved, a])).toEqual([a]);
  expect(newRemarks([a], [a, b])).toEqual([b]);
});
