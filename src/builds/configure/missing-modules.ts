import { byCodeUnit } from '../../system/hash.ts';

/** The headings under which CPython's build lists modules that it did not make, 2.6 - 3.14; 2.5 tells of none. */
const HEADINGS: readonly RegExp[] = [
  // 2.6: "Failed to find the necessary bits to build these modules:"; 2.7: "… but the necessary bits to build these modules
  // were not found:"; 3.x: "The necessary bits to build these optional modules were not found:".
  /necessary bits to build these (?:optional )?modules(?: were not found)?:/,
  /^Failed to build these modules:/,
  /^Following modules built successfully but were removed because they could not be imported:/,
];

/** The names of extension modules that a build left out, sorted, from make's log. */
export function missingModules(log: string): readonly string[] {
  const found = new Set<string>();
  let listing = false;
  for (const line of log.split('\n')) {
    if (HEADINGS.some((heading) => heading.test(line))) {
      listing = true;
      continue;
    }
    // Names stand in columns; the first line that is anything else ends the list.
    const names = line.trim().split(/\s+/);
    if (listing && names.every((name) => /^\w+$/.test(name))) for (const name of names) found.add(name);
    else listing = false;
  }
  return [...found].sort(byCodeUnit);
}
