import path from 'node:path';
import { type AnnotationProperties, error, notice, warning } from '@actions/core';
import { blamedEdit } from '../builds/failure.ts';
import { diagnosticText, placeText } from '../document/printable.ts';
import { joined } from '../document/say.ts';
import { findRecipe } from '../recipe/find.ts';
import type { Diagnostic, Place } from '../system/diagnostic.ts';
import { isInside, toPosix } from '../system/paths.ts';
import { neutralLine, neutralText } from './neutral.ts';

/** GitHub shows so many annotations of each kind for a step; the log has all. */
const MOST = 10;

/** A detail of thousands of lines would hide what it is about. */
const LONGEST = 2000;

interface AnnotateOptions {
  /** GITHUB_WORKSPACE: GitHub knows files by their path from it. */
  readonly workspace: string;
  /** Where diagnostics that name a file of the tree mean it. */
  readonly checkout: string;
  readonly recipeFolders: readonly string[];
  readonly mask: (text: string) => string;
}

type Severity = 'error' | 'warning' | 'note';
const SAY = { error, warning, note: notice } as const;

export type Annotations = ReturnType<typeof openAnnotations>;

/** Diagnostics as annotations on the lines that they are about. */
export function openAnnotations({ workspace, checkout, recipeFolders, mask }: AnnotateOptions) {
  const said = new Set<string>();
  const counts = { error: 0, warning: 0, note: 0 };

  function propertiesOf(place: Place | undefined): AnnotationProperties {
    if (place === undefined) return {};
    const file = path.isAbsolute(place.file) ? place.file : path.resolve(checkout, place.file);
    if (!isInside(file, workspace) || neutralLine(place.file) !== place.file) return {};
    return {
      file: toPosix(path.relative(workspace, file)),
      ...(place.line === undefined ? {} : { startLine: place.line }),
      ...(place.column === undefined ? {} : { startColumn: place.column }),
    };
  }

  /** Annotates; the same twice is said once, and none beyond those that GitHub shows. */
  function add(severity: Severity, diagnostic: Diagnostic, place = diagnostic.place): void {
    const key = JSON.stringify([diagnostic.message, place]);
    if (said.has(key)) return;
    said.add(key);
    counts[severity] += 1;
    if (counts[severity] > MOST) return;
    const where = propertiesOf(place);
    // GitHub shows no place that is not in the workspace: then the text says it.
    const told = where.file === undefined && place !== undefined ? placeText(place) : '';
    const text = joined(diagnosticText(diagnostic, told), '\n');
    const title = neutralLine(`Forkwright: ${diagnostic.code}`);
    SAY[severity](mask(neutralText(text.slice(0, LONGEST))), { ...where, title });
  }

  /** An error of a compiler: on the recipe's line whose edit wrote what does not compile, where one did. */
  async function addBuildFailure(diagnostic: Diagnostic): Promise<void> {
    const blamed = blamedEdit(diagnostic);
    // Without a recipe's line the problem matcher has said it already, by the line in the log.
    if (blamed === undefined) return diagnostic.place === undefined ? add('error', diagnostic) : undefined;
    const recipe = await findRecipe(blamed.recipe, recipeFolders).catch(() => undefined);
    const at = recipe?.placeOf(['edits', blamed.edit]);
    const message = `${diagnostic.place === undefined ? '' : `${placeText(diagnostic.place)}: `}${diagnostic.message}`;
    add('error', { ...diagnostic, message }, at ?? diagnostic.place);
  }

  /** A place as the problem matchers read it: relative to the workspace where it lies there. */
  const logged = (place: Place): string => placeText({ ...place, file: propertiesOf(place).file ?? place.file });

  return { add, addBuildFailure, logged };
}
