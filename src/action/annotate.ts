import path from 'node:path';
import { type AnnotationProperties, error, notice, warning } from '@actions/core';
import { blamedEdit } from '../builds/failure.ts';
import { diagnosticText, placeText } from '../document/printable.ts';
import { findRecipe } from '../recipe/find.ts';
import type { Diagnostic, Place } from '../system/diagnostic.ts';
import { isInside, toPosix } from '../system/paths.ts';
import { neutralLine, neutralText } from './neutral.ts';

/** GitHub shows so many annotations of each kind for a step; the log has all. */
const MOST = 10;

/** A detail of thousands of lines would hide what it is about. */
const LONGEST = 2000;

export interface AnnotateOptions {
  /** GITHUB_WORKSPACE: GitHub knows files by their path from it. */
  readonly workspace: string;
  /** Where diagnostics that name a file of the tree mean it. */
  readonly checkout: string;
  readonly recipeFolders: readonly string[];
  readonly mask: (text: string) => string;
}

type Severity = 'error' | 'warning' | 'note';
const SAY = { error, warning, note: notice } as const;

/** Diagnostics as annotations on the lines that they are about. */
export class Annotations {
  readonly #options: AnnotateOptions;
  readonly #said = new Set<string>();
  readonly #counts = { error: 0, warning: 0, note: 0 };

  constructor(options: AnnotateOptions) {
    this.#options = options;
  }

  /** Annotates; the same twice is said once, and none beyond those that GitHub shows. */
  add(severity: Severity, diagnostic: Diagnostic, place = diagnostic.place): void {
    const key = JSON.stringify([diagnostic.message, place]);
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.#counts[severity] += 1;
    if (this.#counts[severity] > MOST) return;
    const { mask } = this.#options;
    const where = this.#properties(place);
    // GitHub shows no place that is not in the workspace: then the text says it.
    const told = where.file === undefined && place !== undefined ? placeText(place) : '';
    const text = diagnosticText(diagnostic, told)
      .filter((line) => line !== '')
      .join('\n');
    SAY[severity](mask(neutralText(text.slice(0, LONGEST))), {
      ...where,
      title: neutralLine(`Forkwright: ${diagnostic.code}`),
    });
  }

  /** An error of a compiler: on the recipe's line whose edit wrote what does not compile, where one did. */
  async addBuildFailure(diagnostic: Diagnostic): Promise<void> {
    const blamed = blamedEdit(diagnostic);
    // Without a recipe's line the problem matcher has said it already, by the line in the log.
    if (blamed === undefined) return diagnostic.place === undefined ? this.add('error', diagnostic) : undefined;
    const recipe = await findRecipe(blamed.recipe, this.#options.recipeFolders).catch(() => undefined);
    const at = recipe?.placeOf(['edits', blamed.edit]);
    const message = `${diagnostic.place === undefined ? '' : `${placeText(diagnostic.place)}: `}${diagnostic.message}`;
    this.add('error', { ...diagnostic, message }, at ?? diagnostic.place);
  }

  /** A place as the problem matchers read it: relative to the workspace where it lies there. */
  logged(place: Place): string {
    return placeText({ ...place, file: this.#properties(place).file ?? place.file });
  }

  #properties(place: Place | undefined): AnnotationProperties {
    if (place === undefined) return {};
    const { workspace, checkout } = this.#options;
    const file = path.isAbsolute(place.file) ? place.file : path.resolve(checkout, place.file);
    if (!isInside(file, workspace) || neutralLine(place.file) !== place.file) return {};
    return {
      file: toPosix(path.relative(workspace, file)),
      ...(place.line === undefined ? {} : { startLine: place.line }),
      ...(place.column === undefined ? {} : { startColumn: place.column }),
    };
  }
}
