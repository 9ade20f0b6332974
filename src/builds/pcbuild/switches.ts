import type { Place } from '../../system/diagnostic.ts';
import { refuse } from './scope.ts';
import { commandWords } from './tasks.ts';

/** A setting of a property sheet: each value and its option; `*` is any value that stands after the option. */
type Setting = Readonly<Record<string, string>>;

const YES = (option: string, no = ''): Setting => ({ true: option, false: no });

/**
 * Settings of cl that CPython's projects make, by name in small letters, with their options.
 * @see https://learn.microsoft.com/cpp/build/reference/compiler-options-listed-by-category
 */
export const COMPILE_SETTINGS: Readonly<Record<string, Setting>> = {
  optimization: { disabled: '/Od', minspace: '/O1', maxspeed: '/O2', full: '/Ox' },
  inlinefunctionexpansion: { default: '', disabled: '/Ob0', onlyexplicitinline: '/Ob1', anysuitable: '/Ob2' },
  intrinsicfunctions: YES('/Oi'),
  stringpooling: YES('/GF', '/GF-'),
  exceptionhandling: { '': '', false: '', sync: '/EHsc', async: '/EHa', syncctthrow: '/EHs' },
  runtimelibrary: {
    multithreaded: '/MT',
    multithreadeddebug: '/MTd',
    multithreadeddll: '/MD',
    multithreadeddebugdll: '/MDd',
  },
  functionlevellinking: YES('/Gy', '/Gy-'),
  warninglevel: { turnoffallwarnings: '/W0', level1: '/W1', level2: '/W2', level3: '/W3', level4: '/W4' },
  debuginformationformat: { '': '', none: '', oldstyle: '/Z7', programdatabase: '/Zi', editandcontinue: '/ZI' },
  compileas: { '': '', default: '', compileasc: '/TC', compileascpp: '/TP' },
  suppressstartupbanner: YES('/nologo'),
  wholeprogramoptimization: YES('/GL'),
  controlflowguard: { '': '', false: '', guard: '/guard:cf' },
  buffersecuritycheck: YES('/GS', '/GS-'),
  floatingpointmodel: { precise: '/fp:precise', strict: '/fp:strict', fast: '/fp:fast' },
  // How many processes MSBuild starts; no matter of one unit.
  multiprocessorcompilation: YES(''),
};

/** Settings of link and lib. @see https://learn.microsoft.com/cpp/build/reference/linker-options */
export const LINK_SETTINGS: Readonly<Record<string, Setting>> = {
  generatedebuginformation: YES('/DEBUG'),
  randomizedbaseaddress: { '': '', true: '/DYNAMICBASE', false: '/DYNAMICBASE:NO' },
  dataexecutionprevention: { '': '', true: '/NXCOMPAT', false: '/NXCOMPAT:NO' },
  suppressstartupbanner: YES('/NOLOGO'),
  targetmachine: {
    machinex86: '/MACHINE:X86',
    machinex64: '/MACHINE:X64',
    machinearm: '/MACHINE:ARM',
    machinearm64: '/MACHINE:ARM64',
  },
  linktimecodegeneration: {
    default: '',
    true: '/LTCG',
    false: '',
    uselinktimecodegeneration: '/LTCG',
    pginstrument: '/LTCG:PGInstrument',
    pgupdate: '/LTCG:PGUpdate',
  },
  noentrypoint: YES('/noentry'),
  subsystem: { '*': '/subsystem:' },
  baseaddress: { '*': '/base:' },
  entrypointsymbol: { '*': '/entry:' },
  // Files beside the result: where debugging information and profiles go is the builder's affair.
  programdatabasefile: { '*': '' },
  profileguideddatabase: { '*': '' },
};

/**
 * The options that settings mean, in the order of the table; of names that it has not, nothing.
 * @throws UserError for a value that is not known.
 */
export function switchesOf(
  settings: ReadonlyMap<string, string>,
  table: Readonly<Record<string, Setting>>,
  place: Place,
): string[] {
  return Object.entries(table).flatMap(([name, { '*': any, ...values }]) => {
    const value = settings.get(name)?.trim();
    if (value === undefined || (value === '' && any !== undefined)) return [];
    const option = any ? any + value : (values[value.toLowerCase()] ?? any);
    return option === '' ? [] : [option ?? refuse(`The value “${value}” of ${name} is not known`, place)];
  });
}

/** AdditionalOptions: as the project writes them, in words; each once. */
export function additionalOptions(text: string | undefined): string[] {
  return [...new Set(commandWords(text ?? ''))];
}
