/**
 * A small tree that looks like CPython to the build room, and a compiler under the test's control: it counts, waits and
 * fails as told, so that what happens on the way is tested without luck.
 */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BuildOptions, BuildRequest, Variant } from '../../src/builds/types.ts';
import { openCheckout } from '../../src/checkout/open.ts';
import type { Checkout } from '../../src/checkout/types.ts';
import type { GeneratedPatch } from '../../src/patch/types.ts';
import type { Context } from '../../src/system/context.ts';
import type { Event } from '../../src/system/events.ts';
import { HOST } from '../../src/targets/descriptors.ts';
import type { TargetDescriptor } from '../../src/targets/types.ts';

const PATCHLEVEL = `#define PY_MAJOR_VERSION 2
#define PY_MINOR_VERSION 7
#define PY_MICRO_VERSION 18
#define PY_RELEASE_LEVEL PY_RELEASE_LEVEL_FINAL
#define PY_RELEASE_SERIAL 0
#define PY_VERSION "2.7.18"
`;

export const FRAMEOBJECT = `#include "Python.h"
int zombie;
int frame(void)
{
    return zombie;
}
`;

const configure = (control: string) => `#!/bin/sh
echo "configure $*" >> ${control}/calls
env | sort > ${control}/environment
if test -f ${control}/configure-fails; then echo "configure: error: no acceptable thing found"; exit 1; fi
echo "checking for a thing... yes"
for arg; do case $arg in CC=*) cc=\${arg#CC=};; esac; done
mkdir -p Modules
echo "#define HAVE_THING 1" > pyconfig.h
echo "$ ../src/configure in \`pwd\`" > config.log
cat > Makefile <<END
CC=\t$cc
BUILDDIR=\t\`pwd\`
all: python
Objects.o: ../src/Objects/frameobject.c
\t\\$(CC) -c ../src/Objects/frameobject.c -o Objects.o
Other.o: ../src/Objects/object.c
\t\\$(CC) -c ../src/Objects/object.c -o Other.o
python: Objects.o Other.o
\t\\$(CC) -o python Objects.o Other.o
\t@echo "Python build finished, but the necessary bits to build these modules were not found:"; echo "_bsddb    nis"; echo
END
`;

const compiler = (control: string) => `#!/bin/sh
case "$*" in
  --version) echo "cc (GCC) 12.2.0"; echo "Free Software Foundation"; exit 0;;
  -dumpversion) echo 12; exit 0;;
  -dumpmachine) echo x86_64-linux-gnu; exit 0;;
  *try.c) exit 0;;
esac
echo "cc $*" >> ${control}/calls
echo start >> ${control}/running
while test -f ${control}/hold; do sleep 0.02; done
if grep -n undeclared ../src/Objects/frameobject.c > /dev/null; then
  line=$(grep -n undeclared ../src/Objects/frameobject.c | cut -d: -f1 | head -1)
  echo "../src/Objects/frameobject.c:$line:5: error: 'undeclared' undeclared (first use in this function)" >&2
  exit 1
fi
if test -f ${control}/disk-full; then echo "fatal error: error writing to Objects.o: No space left on device" >&2; exit 1; fi
sleep 0.05
for last; do previous=$out; out=$last; done
case "$*" in
  *-c*) { pwd; cat $2; } > $4;;
  *) src=$(cd ../src && pwd); printf '#!/bin/sh\\nprintf "2.7.18 %s"\\n' $src/Lib > python; chmod +x python;;
esac
echo end >> ${control}/running
`;

export interface Rig {
  readonly folder: string;
  readonly checkout: Checkout;
  readonly target: TargetDescriptor;
  readonly events: Event[];
  readonly ctx: Context;
  /** Puts a file into the control folder (`hold`, `configure-fails`, `disk-full`), or takes it away. */
  tell(name: string, on?: boolean): Promise<void>;
  /** What was called so far: `configure …`, `cc …`. */
  calls(): Promise<readonly string[]>;
  /** The most compilers that ran at once. */
  mostAtOnce(): Promise<number>;
  environment(): Promise<string>;
  request(variant: Variant, patches?: readonly GeneratedPatch[], options?: Partial<BuildOptions>): BuildRequest;
  remove(): Promise<void>;
}

export async function makeRig(more: Partial<Context> = {}): Promise<Rig> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fw-build-'));
  const control = path.join(folder, 'control');
  const tree = path.join(folder, 'tree');
  const files: Readonly<Record<string, string>> = {
    configure: configure(control),
    'Include/patchlevel.h': PATCHLEVEL,
    'Include/Python.h': '',
    'Include/object.h': '',
    'Lib/os.py': '',
    'Objects/object.c': '',
    'Objects/frameobject.c': FRAMEOBJECT,
    'Python/ceval.c': '',
    'Modules/Setup.dist': '#math mathmodule.c # -lm\n',
    'Makefile.pre.in': '',
    'pyconfig.h.in': '',
    'setup.py': '',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(tree, name)), { recursive: true });
    await writeFile(path.join(tree, name), text);
  }
  await chmod(path.join(tree, 'configure'), 0o755);
  await mkdir(control);
  const cc = path.join(folder, 'cc');
  await writeFile(cc, compiler(control));
  await chmod(cc, 0o755);
  const events: Event[] = [];
  const ctx: Context = {
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    cacheDir: path.join(folder, 'cache'),
    jobs: 2,
    env: { PATH: process.env.PATH, CFLAGS: '-DUSERS_OWN', HOME: folder },
    ...more,
  };
  const target: TargetDescriptor = { ...HOST, toolchain: { cc: [cc] } };
  const checkout = await openCheckout(tree, ctx);
  const read = (name: string) => readFile(path.join(control, name), 'utf8').catch(() => '');
  return {
    folder,
    checkout,
    target,
    events,
    ctx,
    tell: async (name, on = true) => {
      if (on) await writeFile(path.join(control, name), '');
      else await rm(path.join(control, name), { force: true });
    },
    calls: async () => (await read('calls')).split('\n').filter((line) => line !== ''),
    mostAtOnce: async () => {
      let now = 0;
      let most = 0;
      for (const line of (await read('running')).split('\n')) {
        if (line === 'start') now++;
        if (line === 'end') now--;
        most = Math.max(most, now);
      }
      return most;
    },
    environment: () => read('environment'),
    request: (variant, patches = [], options = {}) => ({
      variant,
      checkout,
      target,
      patches,
      options: { pgo: false, modules: 'all', configure: [], launcher: 'none', ...options },
    }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A patch of one edit in a file, as the engine would make it. */
export function patchOf(file: string, before: string, from: string, to: string): GeneratedPatch {
  const start = before.indexOf(from);
  if (start < 0) throw new Error(`"${from}" is not in ${file}`);
  const after = before.slice(0, start) + to + before.slice(start + from.length);
  const edit = {
    edit: 1,
    kind: 'replace-expression',
    why: 'for the test',
    start,
    end: start + from.length,
    replacement: to,
  };
  return {
    recipe: { id: 'test-recipe', title: '', why: '', version: '1', hash: '' },
    params: {},
    pythonVersion: '2.7.18',
    base: { kind: 'folder', treeHash: '' },
    files: [{ path: file, before, after, edits: [edit] }],
    text: '',
    sha256: '',
    insertions: 1,
    deletions: 1,
    buildOptions: [],
    expect: { tests: [], faster: [], slower: [] },
  };
}

/** Waits until `condition` holds. */
export async function until(condition: () => Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('what was waited for did not come');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
