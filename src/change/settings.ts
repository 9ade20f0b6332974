import { z } from 'zod';
import { UserError } from '../system/diagnostic.ts';
import { canonicalJson } from '../system/hash.ts';

/** What is asked of one side's build and of its interpreter's start, beside its sources. */
export const settingsSchema = z.strictObject({
  /** Arguments of configure: options, and variables such as LDFLAGS. */
  configure: z.array(z.string()),
  /** Added to the compiler's flags. */
  cflags: z.string().optional(),
  pgo: z.boolean().optional(),
  /** Variables of the interpreter's environment when it runs. */
  env: z.record(z.string(), z.string()),
  /** Options `-X` of the interpreter. */
  x: z.array(z.string()),
});
export type Settings = z.infer<typeof settingsSchema>;

export const NO_SETTINGS: Settings = { configure: [], env: {}, x: [] };

/** Words for what configure spells out. */
const WORDS: Readonly<Record<string, string>> = {
  lto: '--with-lto',
  'lto=thin': '--with-lto=thin',
  debug: '--with-pydebug',
  bolt: '--enable-bolt',
};
const FORMS = `--OPTION of configure, a compiler flag (-O3), LDFLAGS=…, NAME=VALUE for the interpreter’s environment (PYTHON_JIT=1), -X OPTION, pgo, ${Object.keys(WORDS).join(', ')}`;

/**
 * Settings as they are written behind a side: `-O3`, `--disable-gil`, `PYTHON_JIT=1`, `-X lazy_imports=all`, `pgo`.
 * @throws UserError for what is none.
 */
export function parseSettings(written: readonly string[]): Settings {
  const settings = { configure: [] as string[], env: {} as Record<string, string>, x: [] as string[] };
  const cflags: string[] = [];
  let pgo = false;
  for (const one of written.map((text) => text.trim())) {
    const [, name, value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(one) ?? [];
    const word = WORDS[one];
    if (one === 'pgo') pgo = true;
    else if (word !== undefined) settings.configure.push(word);
    else if (name === 'CFLAGS') cflags.push(value);
    else if (name === 'LDFLAGS') settings.configure.push(one);
    else if (name === 'CC' || name === 'CXX')
      throw wrong(one, 'a compiler belongs to a target', 'a target of your own names it: docs/targets.md');
    else if (name !== undefined) settings.env[name] = value;
    else if (/^-X ?\S/.test(one)) settings.x.push(one.slice(2).trim());
    else if (/^-W[alp]$/.test(one))
      throw wrong(one, 'a comma begins the next setting', 'write \\, for a comma that belongs to it');
    else if (/^--[a-z]/.test(one)) settings.configure.push(one);
    else if (/^-[a-zA-Z]/.test(one)) cflags.push(one);
    else throw wrong(one, 'it is no setting', FORMS);
  }
  return { ...settings, ...(cflags.length === 0 ? {} : { cflags: cflags.join(' ') }), ...(pgo ? { pgo } : {}) };
}

function wrong(one: string, why: string, hint: string): UserError {
  return new UserError({ code: 'change/setting', message: `${JSON.stringify(one)}: ${why}`, hint });
}

/**
 * Settings that a record holds. It may be a stranger's, or edited: what the command line would not have made of anything is
 * refused.
 */
export const writtenSettingsSchema = settingsSchema.refine(
  (settings) => {
    try {
      return canonicalJson(parseSettings(writeSettings(settings))) === canonicalJson(settings);
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  },
  { message: 'settings that no command line asks for' },
);

/** As a person would write them; empty where there are none. */
export function writeSettings({ configure, cflags, pgo, env, x }: Settings): readonly string[] {
  return [
    ...(pgo ? ['pgo'] : []),
    ...configure,
    ...(cflags === undefined ? [] : [/^-[a-zA-Z]/.test(cflags) ? cflags : `CFLAGS=${cflags}`]),
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...x.map((option) => `-X ${option}`),
  ];
}

/**
 * Options of configure that a tree's configure does not know: it would warn, go on without them, and both sides would be
 * the same.
 * @param configure its text.
 */
export function unknownOptions(options: readonly string[], configure: string): readonly string[] {
  return options.filter((option) => {
    const [, kind, name] = /^--(enable|disable|with|without)-([\w-]+)/.exec(option) ?? [];
    if (kind === undefined || name === undefined) return false;
    const variable = `${/able$/.test(kind) ? 'enable' : 'with'}_${name.replaceAll('-', '_')}`;
    return !new RegExp(`\\b${variable}\\b`).test(configure);
  });
}
