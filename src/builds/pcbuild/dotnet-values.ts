import { escapeValue } from './escape.ts';

/** System.Version; parts that are not given are -1. */
export class DotnetVersion {
  readonly parts: readonly [number, number, number, number];

  constructor(parts: readonly number[]) {
    this.parts = [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? -1, parts[3] ?? -1];
  }

  /** @returns `undefined` when the text is not two to four numbers. */
  static parse(text: string): DotnetVersion | undefined {
    return /^\s*\d+(\.\d+){1,3}\s*$/.test(text) ? new DotnetVersion(text.trim().split('.').map(Number)) : undefined;
  }

  compare(other: DotnetVersion): number {
    for (const [index, part] of this.parts.entries()) {
      const difference = part - (other.parts[index] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  toString(): string {
    return this.parts.filter((part) => part >= 0).join('.');
  }
}

/** System.Text.RegularExpressions.Match: all groups, the whole first; without a match, one empty group. */
export class DotnetMatch {
  readonly groups: readonly string[];
  readonly success: boolean;

  constructor(match: RegExpExecArray | null) {
    this.success = match !== null;
    this.groups = match === null ? [''] : [...match].map((group: string | undefined) => group ?? '');
  }
}

/** A Group, of which projects ask the Value. */
export class DotnetGroup {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

/** What property functions take and give. Texts are not escaped in here. */
export type DotnetValue =
  | string
  | number
  | boolean
  | DotnetVersion
  | DotnetMatch
  | DotnetGroup
  | readonly string[]
  | readonly DotnetGroup[];

const plain = (value: DotnetValue | DotnetGroup): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof DotnetMatch) return value.groups[0] ?? '';
  if (value instanceof DotnetGroup) return value.value;
  return String(value);
};

/** As MSBuild writes a value into the text around it: escaped, and lists with semicolons between. */
export function valueText(value: DotnetValue): string {
  if (Array.isArray(value)) return value.map((one: string | DotnetGroup) => escapeValue(plain(one))).join(';');
  return escapeValue(plain(value));
}

/** As a method sees an argument that wants a text. */
export function argumentText(value: DotnetValue): string {
  return Array.isArray(value) ? value.map(plain).join(';') : plain(value);
}
