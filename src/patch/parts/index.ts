import { autoconf } from './autoconf.ts';
import { makefile } from './makefile.ts';
import type { Format, Part } from './part.ts';
import { python } from './python.ts';
import { setup } from './setup.ts';
import { xml } from './xml.ts';

const FORMATS: readonly (readonly [RegExp, Format])[] = [
  [/\.pyw?$/, python],
  [/(?:^|\/)(?:GNU)?[Mm]akefile(?:\.|$)|\.ma?k$/, makefile],
  [
    /(?:^|\/)(?:configure(?:\.(?:ac|in))?|makesetup|makexp_aix|config\.(?:guess|sub)|ld_so_aix)(?:\.in)?$|\.(?:m4|sh|sh\.in)$/,
    autoconf,
  ],
  [/\.(?:vcxproj|vcproj|props|targets|filters|user|proj|vsprops|manifest|wxs|wxi|wixproj|xml|plist|nuspec)$/, xml],
  [/(?:^|\/)Setup(?:\.|$)/, setup],
];

/** How the parts of a file are found, by its name; `undefined` for those of which no parts are known. */
export function formatOf(path: string): Format | undefined {
  return FORMATS.find(([name]) => name.test(path))?.[1];
}

/** What must stay first in a file: `#!`, the encoding, the declaration of XML. */
const FIRST = /^(?:\xef\xbb\xbf)?(?:#![^\n]*\n)?(?:#[^\n]*coding[:=][^\n]*\n)?(?:<\?xml[^\n]*\?>[ \t\r]*\n)?/;

/** The parts that names tell, from the outside: each is looked for inside of those before. Without a name it is the file. */
export function partsIn(text: string, format: Format | undefined, names: readonly string[]): readonly Part[] {
  return names.reduce<readonly Part[]>(
    (outer, name) => {
      const inner = format?.parts(text, name) ?? [];
      return inner.filter((part) => outer.some((o) => o.start <= part.start && part.end <= o.end && o !== part));
    },
    [{ start: 0, end: text.length, inner: { start: FIRST.exec(text)?.[0].length ?? 0, end: text.length }, indent: '' }],
  );
}
