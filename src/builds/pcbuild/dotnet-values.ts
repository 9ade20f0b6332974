import { escapeValue } from './scope.ts';

/** System.Version; parts that are not given are -1. */
export class DotnetVersion {
  readonly parts: readonly number[];

  constructor(parts: readonly number[]) {
    this.parts = [...parts, -1, -1].slice(0, 4);
  }

  /** @returns `undefined` when the text is not two to four numbers. */
  static parse(text: string): DotnetVersion | undefined {
    return /^\s*\d+(\.\d+){1,3}\s*$/.test(text) ? new DotnetVersion(text.trim().split('.').map(Number)) : undefined;
  }

  compare(other: DotnetVersion): number {
    const differences = this.parts.map((part, index) => part - (other.parts[index] ?? 0));
    return differences.find((one) => one !== 0) ?? 0;
  }

  toString(): string {
    return this.parts.filter((part) => part >= 0).join('.');
  }
}

/** System.Text.RegularExpressions.Match: all groups, the whole first; without a match, one empty group. */
export class DotnetMatch {
  readonly groups: readonly DotnetGroup[];
  readonly success: boolean;

  constructor(match: RegExpExecArray | null) {
    this.success = match !== null;
    this.groups = [...(match ?? [''])].map((group: string | undefined) => new DotnetGroup(group ?? ''));
  }

  toString(): string {
    return String(this.groups[0]);
  }
}

/** A Group, of which projects ask the Value. */
export class DotnetGroup {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }

  toString(): string {
    return this.value;
  }
}

type Single = string | number | boolean | DotnetVersion | DotnetMatch | DotnetGroup;

/** What property functions take and give. Texts are not escaped in here. */
export type DotnetValue = Single | readonly (string | DotnetGroup)[];

const plain = (value: Single) => (typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value));
const isList = (value: DotnetValue): value is readonly (string | DotnetGroup)[] => Array.isArray(value);

/** As MSBuild writes a value into the text around it: escaped, and lists with semicolons between. */
export function valueText(value: DotnetValue): string {
  return isList(value) ? value.map((one) => escapeValue(plain(one))).join(';') : escapeValue(plain(value));
}

/** As a method sees an argument that wants a text. */
export function argumentText(value: DotnetValue): string {
  return isList(value) ? value.map(plain).join(';') : plain(value);
}
