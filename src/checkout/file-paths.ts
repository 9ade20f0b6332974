/** The paths below a folder; all of them without one. */
export function below(files: readonly string[], folder: string | undefined): readonly string[] {
  return folder === undefined ? files : files.filter((file) => file.startsWith(`${folder}/`));
}

/** Tells whether a path has one of the endings (`.c`, `.h`). */
export function hasEnding(endings: readonly string[]): (file: string) => boolean {
  return (file) => endings.some((ending) => file.endsWith(ending));
}
