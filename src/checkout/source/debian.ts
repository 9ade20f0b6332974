import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runStep } from '../../system/events.ts';
import { writeJson } from '../../system/files.ts';
import { sha256File } from '../../system/hash.ts';
import { SOURCE_RECORD } from '../build-products.ts';
import { listFiles } from '../file-list.ts';
import { newestFile } from '../make-tree.ts';
import type { SourceRecord } from '../source-record.ts';
import { hashFiles, treeHash } from '../tree-hash.ts';
import { type AptFailure, aptSuite, downloadSource, packageVersions, updateIndex } from './apt.ts';
import type { DebianMirror } from './apt-sources.ts';
import { type Dsc, upstreamVersion, verifyDsc } from './dsc.ts';
import { origTarball, unpackPackage } from './unpack.ts';

/** A series of CPython as Debian packages its sources. */
export interface DebianPackage {
  readonly short: string;
  readonly package: string;
  /** Where to look, in this order: stable suites first, since their files stay. */
  readonly suites: readonly string[];
}

/**
 * Which Debian suites carry which CPython. Series that no suite carries (3.10, 3.12) come from git.
 * sid's files change within days: an index can name files that are gone; forky and backports follow sid.
 */
const DEBIAN_PACKAGES: readonly DebianPackage[] = [
  { short: '2.7', package: 'python2.7', suites: ['bullseye'] },
  { short: '3.9', package: 'python3.9', suites: ['bullseye'] },
  { short: '3.11', package: 'python3.11', suites: ['bookworm'] },
  { short: '3.13', package: 'python3.13', suites: ['trixie', 'forky', 'sid'] },
  { short: '3.14', package: 'python3.14', suites: ['forky', 'sid', 'trixie-backports'] },
  { short: '3.15', package: 'python3.15', suites: ['sid', 'experimental'] },
];

/** The package of a series, `undefined` when Debian has none. */
export const debianPackage = (short: string) => DEBIAN_PACKAGES.find((entry) => entry.short === short);

/** Those are put into the archive of old releases some day, the moving suites never. */
const RELEASED: readonly string[] = ['bullseye', 'bookworm', 'trixie'];

interface Download {
  readonly dsc: Dsc;
  /** The .dsc's path; the files that it names lie beside it. */
  readonly file: string;
  readonly suite: string;
}

/**
 * Gets a CPython source package from Debian and unpacks it: the pristine orig tarball, or with Debian's patches.
 * Every suite of the package is tried, on this machine's mirror and then in the archive of old releases; what failed on
 * the way is said.
 * @param exact the upstream version that is wanted; `undefined` takes the suite's.
 * @param folder a new folder.
 * @throws UserError `checkout/no-source` when no suite gives it, `checkout/bad-download` when a file is not what Debian signed.
 */
export async function fetchFromDebian(
  pkg: DebianPackage,
  exact: string | undefined,
  mirrors: readonly DebianMirror[],
  patched: boolean,
  folder: string,
  ctx: Context,
): Promise<void> {
  const downloads = `${folder}.download`;
  try {
    const download = await findAndDownload(pkg, exact, mirrors, downloads, ctx);
    await runStep(ctx.emit, { id: `source/${pkg.short}/unpack`, title: `Unpack ${pkg.package}` }, async (step) => {
      const progress = (done: number, of: number) => step.progress("Debian's patches", done, of);
      const patches = await unpackPackage(download.dsc, downloads, folder, patched, ctx, progress);
      await writeRecord(download, patched, folder, ctx);
      if (patched) {
        const text = `configure is upstream's: Debian's build runs \`autoreconf\` after its patches, so do that in a copy before you build`;
        ctx.emit({ type: 'message', level: 'info', text });
      }
      step.note(patched ? `${patches} of Debian's patches applied` : 'pristine');
    });
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

async function findAndDownload(
  pkg: DebianPackage,
  exact: string | undefined,
  mirrors: readonly DebianMirror[],
  downloads: string,
  ctx: Context,
): Promise<Download> {
  const tried: string[] = [];
  const nothing = (what: string) =>
    new UserError({
      code: 'checkout/no-source',
      message: `Debian's mirror did not give the sources of ${what}`,
      hint: 'check the network, or name a tree that you have with --checkout DIR, or give a git URL',
      detail: tried,
    });
  for (const mirror of mirrors) {
    for (const suite of pkg.suites) {
      if (mirror.archived && !RELEASED.includes(suite)) continue;
      const name = mirror.archived ? `${suite} (archive)` : suite;
      const where = { id: `source/${pkg.short}/${name}`, title: `Get ${pkg.package} from Debian ${name}` };
      const found = await runStep(ctx.emit, where, async (step) => {
        const dir = await aptSuite(mirror, suite, ctx);
        const got = await fromSuite(dir, pkg.package, exact, downloads, ctx, (text) => step.progress(text));
        if ('kind' in got) step.outcome('skipped');
        step.note('kind' in got ? WHY_NOT[got.kind] : `${got.dsc.version}, checked against the signed index`);
        return got;
      });
      if (!('kind' in found)) return { ...found, suite };
      const said = found.said.split('\n').filter((line) => /^[EW]:/.test(line));
      tried.push(`${name}: ${found.kind}`, ...said.slice(-4));
      if (found.kind === 'no-apt') throw nothing(pkg.package);
    }
  }
  throw nothing(exact === undefined ? pkg.package : `${pkg.package} ${exact}`);
}

const WHY_NOT: Readonly<Record<AptFailure['kind'], string>> = {
  'no-apt': 'apt-get is not installed',
  'no-index': 'the suite cannot be reached',
  'no-package': 'the suite does not have it',
  gone: 'the index names files that are gone',
  failed: 'apt-get failed',
};

/** A suite's index may name files that a newer upload has replaced: then once more with a fresh index. */
async function fromSuite(
  dir: string,
  name: string,
  exact: string | undefined,
  downloads: string,
  ctx: Context,
  say: (text: string) => void,
): Promise<Omit<Download, 'suite'> | AptFailure> {
  let last: AptFailure | undefined;
  for (const fresh of [false, true]) {
    say(fresh ? 'fetching the index anew' : 'fetching the index');
    const failure = await updateIndex(dir, ctx, fresh);
    if (failure !== undefined) return failure;
    const listed = await packageVersions(dir, name, ctx);
    if ('kind' in listed) return listed;
    const versions = listed.filter((version) => exact === undefined || upstreamVersion(version) === exact);
    if (versions.length === 0) last = { kind: 'no-package', said: `E: the suite has ${listed.join(', ')}` };
    for (const version of versions) {
      say(`downloading ${version}`);
      await rm(downloads, { recursive: true, force: true });
      const file = await downloadSource(dir, name, version, downloads, ctx);
      if (typeof file === 'string') return { dsc: await verifyDsc(file), file };
      if (file.kind !== 'gone') return file;
      last ??= file;
    }
  }
  return last ?? { kind: 'no-package', said: '' };
}

async function writeRecord(download: Download, patched: boolean, folder: string, ctx: Context): Promise<void> {
  const { dsc, file, suite } = download;
  const orig = origTarball(dsc);
  const files = await listFiles(folder, { git: false, builtInPlace: false }, ctx);
  const control = { name: path.basename(file), sha256: await sha256File(file) };
  const record: SourceRecord = {
    schemaVersion: 1,
    origin: { kind: 'debian', package: dsc.source, version: dsc.version, suite, patched },
    tarball: patched ? control : { name: orig.name, sha256: orig.sha256 },
    files: dsc.files.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
    treeHash: treeHash(await hashFiles(folder, files, ctx)),
    sourceDateEpoch: await newestFile(folder, files),
  };
  await writeJson(path.join(folder, SOURCE_RECORD), record);
}
