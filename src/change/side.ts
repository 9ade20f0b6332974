import { existsSync } from 'node:fs';
import { UserError } from '../system/diagnostic.ts';
import { NO_SETTINGS, parseSettings, type Settings } from './settings.ts';

/** One side of a comparison, as it was written: `v3.13.5+my.patch,-O3`. */
export interface WrittenSide {
  /** As the user named it. */
  readonly name: string;
  /** A ref, a folder, a version, an interpreter; empty: the checkout. */
  readonly place: string;
  readonly changes: readonly string[];
  readonly settings: Settings;
  /** The place is an interpreter, and nothing else will do. */
  readonly python?: true;
}

/**
 * Reads `PLACE[+CHANGE…][,SETTING…]`. A name that is there as a file or folder is taken whole, whatever is in it; within
 * a part `\,` and `\+` stand for a comma and a plus.
 * @throws UserError
 */
export function parseSide(text: string): WrittenSide {
  if (text === '') throw empty(text, 'a side is empty');
  if (existsSync(text)) return { name: text, place: text, changes: [], settings: NO_SETTINGS };
  const [first = '', ...settings] = text.split(/(?<!\\),/).map((part) => part.replaceAll('\\,', ','));
  // 3.3.0a3+ is how the sources of a release in the making call themselves.
  const [place = '', ...changes] = first.split(/(?<!\\)\+(?!$)/).map((part) => part.replaceAll('\\+', '+'));
  if (changes.includes('') || settings.some((one) => one.trim() === ''))
    throw empty(text, `${JSON.stringify(text)} has an empty part`);
  return { name: text, place, changes, settings: parseSettings(settings) };
}

const empty = (text: string, message: string) =>
  new UserError({
    code: 'change/side',
    message,
    hint: `a side is a ref, a folder or a version, with +CHANGE and ,SETTING behind it${text === '' ? '' : ': v3.13.5+my.patch,-O3'}`,
  });
