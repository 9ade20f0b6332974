import { z } from 'zod';
import { versions as range } from '../recipe/schema.ts';
import { BINUTILS, DRIVER_NAMES } from './drivers.ts';
import { wrongSshUrl } from './runners/ssh/connection.ts';

const text = z.string().min(1, 'must not be empty');
const texts = z.array(z.string());
const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'the name of a variable is expected');
/** apt-get removes what a minus stands behind. */
const packages = z.array(
  z.string().regex(/^[a-z0-9][a-z0-9+.-]*[a-z0-9+.]$/, 'the name of a Debian package is expected'),
);

const versions = range
  .min(1, 'must not be empty')
  .describe("Versions of Python, as in recipes: '>=2.7 <3.0', '3.9', alternatives with ||");

const cannot = z
  .partialRecord(z.enum(['size', 'tests', 'growth', 'memory', 'instructions', 'speed']), text)
  .describe('What cannot be measured there, each with its reason, a sentence');
const recipes = z.array(text).describe('The port: recipes that both variants need to be built at all');
const limits = z.array(text).describe('What to know about the target: sentences for the report');

/** Settings of configure and make, of a target or of a range of Python versions on it. */
export const settingsSchema = z.strictObject({
  cflags: text.optional().describe('CFLAGS of configure'),
  ldflags: text.optional().describe('LDFLAGS of configure'),
  configure: texts.optional().describe("Options and variables for configure: '--disable-ipv6'"),
  site: z
    .record(variable, z.string())
    .optional()
    .describe('Answers for configure (config.site): ac_cv_file__dev_ptmx: no'),
  modules: z
    .strictObject({
      set: z
        .enum(['choice', 'static'])
        .default('choice')
        .describe('choice: as --modules says; static: linked into the interpreter'),
      names: z.array(text).optional().describe('Of a static set; without it the core modules'),
      without: z.array(text).optional().describe('Modules that cannot be had there'),
      lines: z.array(text).optional().describe('More lines for Setup.local'),
    })
    .optional()
    .describe('Which extension modules are built'),
  goals: texts.optional().describe('More for make to do'),
});
const settings = settingsSchema.shape;

/**
 * Models under which qemu's user mode goes wrong with PowerPC code: memset leaves bytes unzeroed there (970 and its
 * relatives, POWER5+), 2.7 spins for ever, 3.9 hangs or dies. power7 and later and e6500 are right.
 */
const BROKEN_CPU = /^(970|power5\+|power5p)/i;

const run = z.discriminatedUnion('runner', [
  z.strictObject({ runner: z.literal('native') }),
  z
    .strictObject({
      runner: z.literal('qemu'),
      program: text.describe("The user-mode emulator: 'qemu-ppc64'"),
      sysroot: text
        .optional()
        .describe("Where the target's loader and libraries are (-L); not for static interpreters"),
      cpu: text.optional().describe('The model to emulate (-cpu)'),
      args: texts.optional().describe("More options of the emulator's"),
      packages: packages.optional(),
    })
    .superRefine(({ program, cpu }, context) => {
      if (cpu === undefined || !/qemu-ppc/.test(program) || !BROKEN_CPU.test(cpu)) return;
      const message = `under ${program} the model ${cpu} runs PowerPC code wrongly: memset leaves bytes unzeroed, and Python hangs; use power7`;
      context.addIssue({ code: 'custom', path: ['cpu'], message });
    }),
  z.strictObject({
    runner: z.literal('ssh'),
    url: z.string().superRefine((value, context) => {
      const wrong = wrongSshUrl(value);
      if (wrong !== undefined) context.addIssue({ code: 'custom', message: wrong });
    }),
    options: texts.optional(),
    packages: packages.optional(),
  }),
  z.strictObject({ runner: z.literal('wine'), program: text.optional(), packages: packages.optional() }),
  z.strictObject({ runner: z.literal('manual'), how: text.optional() }),
]);

const toolchain = z.strictObject({
  cc: z.array(text).min(1).optional().describe('Compiler and its options'),
  prefix: text.optional().describe("Before the names of its programs; default: the triplet and '-'"),
  tools: z.partialRecord(z.enum(BINUTILS), text).optional(),
  folders: z.array(text).optional().describe('Where its programs are looked for first'),
  environment: z
    .record(variable, z.strictObject({ default: z.string(), why: text.optional() }))
    .optional()
    .describe(
      'Variables that say where the toolchain is; in other values a dollar and the name in braces stands for them',
    ),
  sysroot: z
    .string()
    .optional()
    .describe('Of pcbuild: the folder of a Microsoft SDK (xwin, msvc-wine); empty: the headers of mingw-w64'),
  packages: packages.optional().describe("Debian's packages that bring it"),
  obtain: text.optional().describe('How to get it where no package brings it: a sentence'),
});

/** What a target says beside its name. Without defaults: what is not said of Windows is as elsewhere. */
const members = {
  title: text,
  driver: z.enum(DRIVER_NAMES),
  python: versions.optional(),
  otherwise: text.optional().describe('Why other versions cannot be built: a sentence'),
  host: text.optional().describe('The GNU triplet for configure --host'),
  toolchain: toolchain.optional(),
  ...settings,
  versions: z
    .array(
      z.strictObject({
        python: versions,
        refuse: text.optional().describe('Why these versions cannot be built: a sentence'),
        ...settings,
        recipes: recipes.optional(),
        limits: limits.optional(),
        cannot: cannot.optional(),
      }),
    )
    .optional()
    .describe('What differs for some versions of Python; all that hold apply'),
  run,
  recipes: recipes.optional(),
  limits,
  cannot: cannot.optional(),
};

export const targetSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, 'small letters, digits, and - . _ are expected')
    .describe('What it is called on the command line'),
  ...members,
  driver: members.driver.default('configure-make'),
  limits: limits.default([]),
  windows: z
    .strictObject(members)
    .partial()
    .optional()
    .describe('What differs when Forkwright runs on Windows: each member in the place of the one above'),
});
