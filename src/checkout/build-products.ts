/**
 * What an in-place `configure && make` leaves among the sources: not a part of the tree, since a build of the same
 * sources elsewhere makes it again, and a stale one would be used instead (`Modules/config.c`, `pyconfig.h`).
 * Only looked at when `config.status` and `Makefile` show that somebody did build in place; never for tracked files.
 */
interface Product {
  readonly pattern: RegExp;
  readonly why: string;
  /** Left out even when nobody built in place: running any script of the tree leaves these behind. */
  readonly always?: boolean;
  /** Only a product when this source file exists. */
  readonly madeFrom?: string;
}

export const BUILD_PRODUCTS: readonly Product[] = [
  { pattern: /\.(o|a|so|so\.\d[\d.]*|dylib|pyd|obj|gcda|gcno)$/, why: 'compiled code and its profile' },
  { pattern: /(^|\/)__pycache__\//, why: 'compiled Python', always: true },
  { pattern: /\.py[co]$/, why: 'compiled Python', always: true },
  { pattern: /^(Makefile|Makefile\.pre|config\.(cache|log|status)|config\.status\.lineno)$/, why: 'configure' },
  { pattern: /^pyconfig\.h$/, why: 'configure; PC/pyconfig.h is a source' },
  { pattern: /^(Misc\/python(-config\.sh|-embed\.pc|\.pc)|Doc\/Makefile\.generated)$/, why: 'configure' },
  {
    pattern: /^Modules\/(Makefile|Setup\.config|Setup\.local|Setup\.bootstrap|Setup\.stdlib|config\.c|ld_so_aix)$/,
    why: 'makesetup, which an out-of-tree build runs anew',
  },
  {
    pattern: /^Modules\/Setup$/,
    why: 'up to 3.7 a copy of Setup.dist; a source since',
    madeFrom: 'Modules/Setup.dist',
  },
  { pattern: /^build\//, why: "setup.py's folder" },
  {
    pattern: /^(pybuilddir\.txt|platform|autom4te\.cache\/.*|Modules\/_blake2\/impl\/.*\.d)$/,
    why: 'configure and setup.py',
  },
  {
    pattern: /^(python|python\.exe|python-config(\.py)?|_bootstrap_python|libpython[^/]*|reflog\.txt|python-gdb\.py)$/,
    why: 'the interpreter',
  },
  { pattern: /^Parser\/(pgen|pgen\.stamp|acceler\.stamp)$/, why: 'the parser generator of 2.x and 3.0 – 3.7' },
  { pattern: /^Programs\/(_testembed|_freeze_importlib|_freeze_module)$/, why: 'helpers of the build' },
  { pattern: /^Modules\/(_freeze_importlib|_testembed)$/, why: 'helpers of the build before 3.5' },
  { pattern: /^(Python\/frozen_modules\/.*\.h|Python\/deepfreeze\/.*\.c)$/, why: 'frozen modules (3.11 and later)' },
  { pattern: /^(tags|TAGS|coverage\.info)$/, why: "editors' and coverage files" },
];

/**
 * Tells why a path is a build product, or `undefined` when it is a source, or the user's own.
 * @param tree what is known of the tree: whether it was built in place, and which paths it has.
 */
export function buildProduct(
  file: string,
  tree: { readonly builtInPlace: boolean; has(path: string): boolean },
): string | undefined {
  return BUILD_PRODUCTS.find(
    ({ pattern, always, madeFrom }) =>
      (tree.builtInPlace || always === true) && pattern.test(file) && (madeFrom === undefined || tree.has(madeFrom)),
  )?.why;
}

/** Where Forkwright writes down what an unpacked tree came from. Beside the sources, not one of them. */
export const SOURCE_RECORD = '.forkwright-source.json';

/** Where `apply` keeps what it is writing, at the top of a tree: gone when it is done. */
export const APPLYING = '.forkwright-apply';

/** Version control's own folders and files at the top of a tree. */
const VCS = /(^|\/)(\.git|\.hg|\.svn|\.bzr)(\/|$)/;

/** Whether a path can be a source at all. */
export function isSourcePath(file: string): boolean {
  return file !== SOURCE_RECORD && !file.startsWith(`${APPLYING}/`) && !VCS.test(file);
}
