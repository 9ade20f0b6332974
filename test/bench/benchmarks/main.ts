/**
 * `npm run bench`: Forkwright against what people use without it, side by side in one run. Ratios count, not seconds.
 * usage: node test/bench/benchmarks/main.ts [start|generate|refs|build-warm|build|second|ninja]   (default: all)
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { ninjaContenders } from './ninja.ts';
import { repositoryWithTags } from './repository.ts';
import { type Contender, cpuSeconds, sideBySide } from './side-by-side.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const forkwright = [path.join(root, 'scripts/forkwright')];
const which = process.argv[2] ?? 'all';
const scratch = mkdtempSync(path.join(tmpdir(), 'fw-bench-'));
const results: object[] = [];

const source = (version: string) =>
  execFileSync(forkwright[0] ?? '', ['source', version, '--quiet'], { encoding: 'utf8' }).trim();

function report(what: string, aim: string, a: Contender, b: Contender, rounds: number): void {
  const { a: ours, b: theirs, ratio } = sideBySide(a, b, rounds);
  const line = `${what}: ${ratio.toFixed(2)} (${ours.name} ${ours.median.toFixed(2)} s, ${theirs.name} ${theirs.median.toFixed(2)} s, ${rounds} rounds; aim: ${aim})`;
  console.log(line);
  results.push({ what, aim, ratio, ours, theirs });
}

try {
  if (which === 'all' || which === 'start') {
    // As the package starts it, without the shell that looks whether a checkout's build is stale.
    execFileSync(forkwright[0] ?? '', ['--version'], { stdio: 'ignore' });
    const node = process.execPath;
    for (const option of ['--version', '--help']) {
      const command = [node, path.join(root, 'build/forkwright.js'), option];
      const bare = { name: 'node -e 0', command: [node, '-e', '0'], cwd: scratch };
      report(
        `forkwright ${option} against a bare Node`,
        'under 2.5',
        { name: `forkwright ${option}`, command, cwd: scratch },
        bare,
        20,
      );
    }
  }
  if (which === 'all' || which === 'generate') {
    for (const [version, code] of [
      ['2.7', 'Include/code.h'],
      ['3.9', 'Include/cpython/code.h'],
    ] as const) {
      const tree = source(version);
      const files = ['Objects/frameobject.c', 'Objects/codeobject.c', code];
      report(
        `generate against spatch, the same change on ${version}`,
        'at most 1',
        {
          name: 'forkwright generate',
          command: [...forkwright, 'generate', 'remove-zombieframe', '--checkout', tree, '--quiet'],
          cwd: scratch,
        },
        {
          name: 'spatch',
          command: [
            'spatch',
            '--very-quiet',
            '--sp-file',
            path.join(import.meta.dirname, 'remove-zombieframe.cocci'),
            ...files,
          ],
          cwd: tree,
        },
        10,
      );
      const script = path.join(import.meta.dirname, 'remove-zombieframe.cocci');
      const spatch = execFileSync('spatch', ['--very-quiet', '--sp-file', script, ...files], { cwd: tree });
      const ours = execFileSync(forkwright[0] ?? '', ['generate', 'remove-zombieframe', '-C', tree, '--quiet']);
      const stores = (diff: Buffer) => (diff.toString('latin1').match(/^-.*co_zombieframe = f;/gm) ?? []).length;
      const line = `the store on ${version}: taken out ${stores(ours)} times by forkwright, ${stores(spatch)} times by spatch (exit code 0)`;
      console.log(line);
      results.push({ what: line, version, stores: { forkwright: stores(ours), spatch: stores(spatch) } });
    }
  }
  if (which === 'all' || which === 'refs') {
    for (const [version, code] of [
      ['2.7', 'Include/code.h'],
      ['3.9', 'Include/cpython/code.h'],
    ] as const) {
      const repository = path.join(scratch, `repository-${version}`);
      const tags = repositoryWithTags(source(version), repository, 50);
      const files = ['Objects/frameobject.c', 'Objects/codeobject.c', code];
      const script = path.join(scratch, `spatch-${version}.sh`);
      // What one does without a tool that reads a repository: the files of each tag, then spatch on them.
      writeFileSync(
        script,
        `set -e
for tag in ${tags.join(' ')}; do
  rm -rf ${scratch}/at; mkdir ${scratch}/at; git -C ${repository} archive $tag ${files.join(' ')} | tar -x -C ${scratch}/at
  (cd ${scratch}/at && spatch --very-quiet --sp-file ${path.join(import.meta.dirname, 'remove-zombieframe.cocci')} ${files.join(' ')})
done
`,
      );
      report(
        `generate over ${tags.length} tags of ${version} against a spatch a tag`,
        'at most 0.2',
        {
          name: 'forkwright generate --ref',
          command: [...forkwright, 'generate', 'remove-zombieframe', '-C', repository, '--ref', 'v*', '--quiet'],
          cwd: scratch,
        },
        { name: 'git archive and spatch, in a loop', command: ['bash', script], cwd: scratch },
        3,
      );
    }
  }
  if (which === 'all' || which.startsWith('build')) {
    const tree = source('2.7');
    const cache = path.join(scratch, 'cache');
    const build = (name: string) => ({
      name,
      command: [
        ...forkwright,
        'build',
        'remove-zombieframe',
        '-C',
        tree,
        '--cache',
        cache,
        '--launcher',
        'none',
        '--quiet',
      ],
      cwd: scratch,
    });
    const script = path.join(scratch, 'plain.sh');
    writeFileSync(
      script,
      `set -e
for variant in baseline patched; do
  rm -rf ${scratch}/$variant; mkdir -p ${scratch}/$variant/obj; cp -a ${tree} ${scratch}/$variant/src; cd ${scratch}/$variant/src
  [ $variant = baseline ] || patch -s -p1 < ${scratch}/change.patch
  cd ../obj; ../src/configure --enable-unicode=ucs4 --with-ensurepip=no > configure.log 2>&1; make -j${availableParallelism()} > make.log 2>&1
done
`,
    );
    execFileSync(forkwright[0] ?? '', [
      'generate',
      'remove-zombieframe',
      '-C',
      tree,
      '--quiet',
      '-o',
      path.join(scratch, 'change.patch'),
    ]);
    const plain = { name: 'configure; make -j, twice', command: ['bash', script], cwd: scratch };
    if (which !== 'build-warm') {
      const cold = { ...build('forkwright build, cold'), reset: () => rmSync(cache, { recursive: true, force: true }) };
      report('build of baseline and patched against a plain script, cold', 'at most 0.9', cold, plain, 2);
    } else execFileSync(build('').command[0] ?? '', build('').command.slice(1), { cwd: scratch });
    const warm = build('forkwright build, warm');
    report(
      'build, nothing to do, against `true`',
      'under 1 s',
      warm,
      { name: 'true', command: ['true'], cwd: scratch },
      5,
    );
  }
  if (which === 'all' || which === 'second') {
    const tree = source('2.7');
    const cache = path.join(scratch, 'cache-second');
    // Two changes of one .c file each: the first is built with the baseline, the second finds it in the store.
    const [first = 0, second = 0] = ['1', '2'].map((value) => {
      const patch = path.join(scratch, `${value}.patch`);
      const line = '    return Py_SIZE(a);';
      const file = path.join(tree, 'Objects/listobject.c');
      const lines = readFileSync(file, 'latin1').split('\n');
      const at = lines.indexOf(line);
      const context = (from: number) => lines.slice(from, from + 3).map((one) => ` ${one}\n`);
      const changed = [`-${line}\n`, `+    return Py_SIZE(a) + 0 * ${value};\n`];
      const hunk = [`@@ -${at - 2},7 +${at - 2},7 @@\n`, ...context(at - 3), ...changed, ...context(at + 1)].join('');
      writeFileSync(patch, `--- a/Objects/listobject.c\n+++ b/Objects/listobject.c\n${hunk}`);
      const command = [...forkwright, 'build', patch, '-C', tree, '--cache', cache, '--launcher', 'none', '--quiet'];
      return cpuSeconds({ name: `forkwright build, change ${value}`, command, cwd: scratch });
    });
    const ratio = second / (first - second);
    console.log(
      `2.7, a variant that changes one .c file against the first build, CPU time: ${ratio.toFixed(3)} (${second.toFixed(1)} s, ${(first - second).toFixed(1)} s; aim: at most 0.15)`,
    );
    results.push({ what: 'second variant', ratio, second, first: first - second });
  }
  if (which === 'all' || which === 'sweep') {
    const tree = source('2.7');
    const [cache, plain] = [path.join(scratch, 'cache-sweep'), path.join(scratch, 'plain-sweep')];
    const values = ['8', '32', '64', '128'];
    let [ours, theirs] = [0, 0];
    for (const value of values) {
      const change = ['frame-freelist', '-p', `limit=${value}`, '-C', tree];
      const build = [...forkwright, 'build', ...change, '--cache', cache, '--launcher', 'none', '--quiet'];
      ours += cpuSeconds({ name: `forkwright build, value ${value}`, command: build, cwd: scratch });
      // What one does without: a copy of the tree, patched, configured and made.
      rmSync(plain, { recursive: true, force: true });
      const patch = path.join(scratch, `sweep-${value}.patch`);
      execFileSync(forkwright[0] ?? '', ['generate', ...change, '--quiet', '-o', patch]);
      const script = `set -e; mkdir -p ${plain}/obj; cp -a ${tree} ${plain}/src; cd ${plain}/src; patch -s -p1 < ${patch}
cd ../obj; ../src/configure --enable-unicode=ucs4 --with-ensurepip=no; make -j${availableParallelism()}`;
      theirs += cpuSeconds({
        name: `configure and make, value ${value}`,
        command: ['bash', '-c', script],
        cwd: scratch,
      });
    }
    const ratio = ours / theirs;
    console.log(
      `2.7, the builds of a sweep over ${values.length} values and its baseline against ${values.length} plain builds, CPU time: ${ratio.toFixed(2)} (${ours.toFixed(0)} s, ${theirs.toFixed(0)} s)`,
    );
    results.push({ what: 'sweep', ratio, ours, theirs });
  }
  if (which === 'all' || which === 'ninja') {
    const cache = path.join(scratch, 'cache-msvc');
    const { ninja, plain, nothingToDo, units } = ninjaContenders(forkwright[0] ?? '', source('3.9'), cache, scratch);
    report(
      `3.9's pythoncore for msvc-x64 (${units} units) against the same files by a script, cold`,
      'at most 1.02',
      ninja,
      plain,
      4,
    );
    execFileSync(nothingToDo.command[0] ?? '', nothingToDo.command.slice(1), { cwd: nothingToDo.cwd, stdio: 'ignore' });
    report(
      'ninja with nothing to do, against `true`',
      'under 1 s',
      nothingToDo,
      { name: 'true', command: ['true'], cwd: scratch },
      5,
    );
  }
  mkdirSync(path.join(root, 'artifacts'), { recursive: true });
  writeFileSync(path.join(root, 'artifacts/benchmarks.json'), `${JSON.stringify(results, undefined, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
