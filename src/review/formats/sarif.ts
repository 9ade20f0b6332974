import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArtifactLocation, Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import { printableText } from '../../document/printable.ts';
import type { Place } from '../../system/diagnostic.ts';
import { sha256 } from '../../system/hash.ts';
import type { Review } from '../types.ts';
import { type Remark, remarksOf, repositoryPath, sentence } from './remarks.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** The name of the repository's root in the log; who reads it knows where that is. */
const ROOT = '%SRCROOT%';

/**
 * The review as SARIF 2.1.0 (OASIS, 27 March 2020) for code scanning: a result for each problem, warning and finding that
 * has a place, in the tree or in the patch file. What has none is a notification of the run: code scanning refuses
 * results without a location.
 */
export function reviewSarif(review: Review): Log {
  const remarks = remarksOf(review);
  const rules = rulesOf(remarks);
  const seen = new Map<string, number>();
  const results: Result[] = [];
  const notifications: Notification[] = [];
  for (const remark of remarks) {
    const { place } = remark;
    const message = { text: plain([sentence(remark), ...remark.detail].join('\n')) };
    if (place === undefined) {
      notifications.push({ message, level: remark.severity, descriptor: { id: remark.rule } });
      continue;
    }
    const related = remark.related.map((other, id) => ({
      id,
      ...locationOf(other.place, review),
      message: { text: plain(other.message) },
    }));
    const print = fingerprint(remark, place);
    const nth = (seen.get(print) ?? 0) + 1;
    seen.set(print, nth);
    results.push({
      ruleId: remark.rule,
      ruleIndex: rules.findIndex(({ id }) => id === remark.rule),
      level: remark.severity,
      message,
      locations: [locationOf(place, review)],
      ...(related.length > 0 && { relatedLocations: related }),
      partialFingerprints: { primaryLocationLineHash: `${print.slice(0, 16)}:${nth}` },
    });
  }
  return {
    version: '2.1.0',
    $schema: SCHEMA,
    runs: [
      {
        tool: { driver: { name: 'Forkwright', rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
        automationDetails: { id: 'forkwright-review/' },
        results,
      },
    ],
  };
}

function rulesOf(remarks: readonly Remark[]): ReportingDescriptor[] {
  const titles = new Map(remarks.map(({ rule, title }) => [rule, title]));
  return Array.from(titles, ([id, title]) => ({ id, shortDescription: { text: plain(title) } }));
}

/** What stays the same when lines above change: the rule, the file and what is said, without the numbers in it. */
function fingerprint({ rule, message }: Remark, { file }: Place): string {
  return sha256(Buffer.from(JSON.stringify([rule, file, message.replace(/\d+/g, '#')])));
}

function locationOf({ file, line, column, length }: Place, review: Review): Location {
  const artifactLocation = artifactOf(repositoryPath(file, review));
  if (line === undefined) return { physicalLocation: { artifactLocation } };
  const columns = column !== undefined && {
    startColumn: column,
    ...(length !== undefined && { endColumn: column + length }),
  };
  return { physicalLocation: { artifactLocation, region: { startLine: line, ...columns } } };
}

/** Relative to the repository as a URI; an absolute path as a file's URL. */
function artifactOf(file: string): ArtifactLocation {
  if (path.isAbsolute(file)) return { uri: pathToFileURL(file).href };
  return { uri: file.toWellFormed().split('/').map(encodeURIComponent).join('/'), uriBaseId: ROOT };
}

/** Shown, not obeyed; and no embedded link (SARIF 3.11.6): `[words](target)` stays what it is. */
const plain = (text: string): string => printableText(text).replace(/\](?=\()/g, ']\u2060');
