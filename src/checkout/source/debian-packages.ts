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
export const DEBIAN_PACKAGES: readonly DebianPackage[] = [
  { short: '2.7', package: 'python2.7', suites: ['bullseye'] },
  { short: '3.9', package: 'python3.9', suites: ['bullseye'] },
  { short: '3.11', package: 'python3.11', suites: ['bookworm'] },
  { short: '3.13', package: 'python3.13', suites: ['trixie', 'forky', 'sid'] },
  { short: '3.14', package: 'python3.14', suites: ['forky', 'sid', 'trixie-backports'] },
  { short: '3.15', package: 'python3.15', suites: ['sid', 'experimental'] },
];

/** The package of a series, `undefined` when Debian has none. */
export function debianPackage(short: string): DebianPackage | undefined {
  return DEBIAN_PACKAGES.find((entry) => entry.short === short);
}

/** Whether a suite is a release: those are put into the archive of old releases some day, the moving ones never. */
export function isReleased(suite: string): boolean {
  return ['bullseye', 'bookworm', 'trixie'].includes(suite);
}
