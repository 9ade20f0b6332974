import { parseXml, XmlCdata, XmlElement, XmlError, XmlText } from '@rgrove/parse-xml';
import { lineOf, lineStarts } from '../../c/lex.ts';
import { type Place, UserError } from '../../system/diagnostic.ts';
import { refuse } from './scope.ts';

export interface ProjectElement {
  readonly name: string;
  /** In the file's order; names as written (MSBuild's attribute names are case-sensitive). */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly ProjectElement[];
  /** The text directly inside, as it stands; '' when there are children. */
  readonly text: string;
  readonly place: Place;
}

/** Stand-ins from Unicode's private use area: one code unit for one, so that offsets stay. */
const LINE_FEED = '\ue00a';
const RETURN = '\ue00d';
const TAG = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[A-Za-z_](?:"[^"]*"|'[^']*'|[^'">])*>/g;

/**
 * XML makes line breaks in attributes spaces; .NET's reader, as MSBuild uses it, keeps them, and 2.7 writes a header
 * file out of such an attribute.
 */
function guardAttributes(text: string): string {
  return text.replace(TAG, (tag) =>
    tag.startsWith('<!')
      ? tag
      : tag.replace(/"[^"]*"|'[^']*'/g, (value) => value.replaceAll('\n', LINE_FEED).replaceAll('\r', RETURN)),
  );
}

const release = (value: string) => value.replaceAll(RETURN, '').replaceAll(LINE_FEED, '\n');

/** Of MSBuild, and of Visual Studio 2008 and its property sheets. */
const ROOTS = ['Project', 'VisualStudioProject', 'VisualStudioPropertySheet'];

/**
 * Reads a project file.
 * @param latin1 its bytes; they are UTF-8, with or without a BOM.
 * @param file for places.
 * @throws UserError `pcbuild/xml` with the place of what is wrong.
 */
export function parseProject(latin1: string, file: string): ProjectElement {
  const text = Buffer.from(latin1, 'latin1')
    .toString('utf8')
    .replace(/^\ufeff/, '');
  const starts = lineStarts(text);
  const placeOf = (offset: number): Place => {
    const line = lineOf(starts, offset);
    return { file, line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
  const convert = (element: XmlElement): ProjectElement => {
    const children = element.children.filter((child) => child instanceof XmlElement).map(convert);
    const own = element.children.filter((child) => child instanceof XmlText || child instanceof XmlCdata);
    return {
      name: element.name,
      attributes: new Map(Object.entries(element.attributes).map(([name, value]) => [name, release(value)])),
      children,
      text: children.length > 0 ? '' : own.map((child) => child.text).join(''),
      place: placeOf(element.start),
    };
  };
  try {
    const root = parseXml(guardAttributes(text), { includeOffsets: true }).root;
    if (root === null) throw new Error('an XML document has a root');
    if (!ROOTS.includes(root.name))
      throw new UserError({
        code: 'pcbuild/xml',
        message: `This is not a project file: its root is <${root.name}>`,
        place: placeOf(root.start),
      });
    return convert(root);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new UserError({
      code: 'pcbuild/xml',
      message: `This project file is not well-formed XML: ${error.message.split('\n')[0]}`,
      place: { file, line: error.line, column: error.column },
    });
  }
}

const LABELLED = ['Condition', 'Label'];
const KNOWN_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  Project: ['DefaultTargets', 'InitialTargets', 'ToolsVersion', 'xmlns', 'TreatAsLocalProperty'],
  PropertyGroup: LABELLED,
  ItemGroup: LABELLED,
  ItemDefinitionGroup: LABELLED,
  ImportGroup: LABELLED,
  Import: ['Project', ...LABELLED],
  Choose: ['Label'],
  When: LABELLED,
  Otherwise: ['Label'],
};

/** Refuses an attribute that is not known on an element: it could say anything. */
export function onlyKnown(element: ProjectElement, known = KNOWN_ATTRIBUTES[element.name] ?? []): void {
  for (const name of element.attributes.keys())
    if (!known.includes(name)) refuse(`The attribute ${name} of <${element.name}> is not understood`, element.place);
}
