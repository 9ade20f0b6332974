import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { byCodeUnit } from '../../system/hash.ts';
import { controlFields } from './dsc.ts';

export interface AptEntry {
  readonly uris: readonly string[];
  readonly components: readonly string[];
  /** As written: a key file, a fingerprint, or a whole key over several lines. */
  readonly signedBy: string | undefined;
}

/** Reads one-line entries: `deb [signed-by=…] URI SUITE COMPONENT…`. */
export function parseOneLine(text: string): AptEntry[] {
  const found = text.matchAll(/^[ \t]*deb(?:-src)?[ \t]+(?:\[([^\]\n]*)\][ \t]+)?(\S+)[ \t]+\S+([^#\n]*)/gm);
  return Array.from(found, ([, options = '', uri = '', components]) => ({
    uris: [uri],
    components: words(components),
    signedBy: /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1],
  }));
}

/** Reads deb822 stanzas. Comment lines may stand between a field's lines; `Enabled: no` stanzas are left out. */
export function parseDeb822(text: string): AptEntry[] {
  const lines = text.split(/\r?\n/).filter((line) => !line.startsWith('#'));
  const stanzas = lines
    .join('\n')
    .split(/\n[ \t]*\n/)
    .map(controlFields);
  return stanzas.flatMap((fields) => {
    if (!fields.has('uris') || /^(no|false|0|off|without|disable)$/i.test(fields.get('enabled') ?? '')) return [];
    const signedBy = fields.get('signed-by') || undefined;
    return [{ uris: words(fields.get('uris')), components: words(fields.get('components')), signedBy }];
  });
}

function words(text = ''): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** All entries of this machine's apt. @param etc `/etc/apt` outside of tests. */
export function systemEntries(etc = '/etc/apt'): AptEntry[] {
  const parts = path.join(etc, 'sources.list.d');
  const names = existsSync(parts) ? readdirSync(parts).sort(byCodeUnit) : [];
  return [path.join(etc, 'sources.list'), ...names.map((name) => path.join(parts, name))].flatMap((file) => {
    try {
      if (file.endsWith('.sources')) return parseDeb822(readFileSync(file, 'utf8'));
      return file.endsWith('.list') ? parseOneLine(readFileSync(file, 'utf8')) : [];
    } catch {
      return []; // Not there, or not for us to read: the other files count.
    }
  });
}

export interface DebianMirror {
  readonly uri: string;
  readonly signedBy: string | undefined;
  /** Whether a Release file that is past its date is taken: only where releases are put away for good. */
  readonly archived: boolean;
}

/** Debian's keys as its keyring package installs them (Ubuntu has the package too). */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const PUBLIC_MIRROR = 'http://deb.debian.org/debian';
/** Where a release goes when its support has ended. */
const ARCHIVE = 'http://archive.debian.org/debian';
/** Of Debian's main archive: not its security archive, nor somebody else's packages. */
const DEBIAN_URI = /\/debian\/?$/;

/**
 * Where to get Debian's sources here: where this machine gets its own packages when it is a Debian; else Debian's public
 * mirror when Debian's keys are installed. Last, the archive of old releases.
 * @returns nothing when neither is there: not a Debian or Ubuntu, or one without Debian's keys.
 */
export function debianMirrors(entries: readonly AptEntry[], keyring = existsSync(KEYRING)): DebianMirror[] {
  const keys = keyring ? KEYRING : undefined;
  const own = entries.find((entry) => entry.uris.some((u) => DEBIAN_URI.test(u)) && entry.components.includes('main'));
  const uri = own?.uris.find((u) => DEBIAN_URI.test(u)) ?? (keyring ? PUBLIC_MIRROR : undefined);
  if (uri === undefined) return [];
  const signedBy = own?.signedBy ?? keys;
  return [
    { uri, signedBy, archived: false },
    { uri: ARCHIVE, signedBy: keys ?? signedBy, archived: true },
  ];
}

export function sourcesStanza(mirror: DebianMirror, suite: string): string {
  const lines = ['Types: deb-src', `URIs: ${mirror.uri}`, `Suites: ${suite}`, 'Components: main'];
  if (mirror.signedBy !== undefined) lines.push(`Signed-By: ${mirror.signedBy}`);
  if (mirror.archived) lines.push('Check-Valid-Until: no');
  return `${lines.join('\n')}\n`;
}
