import fc from 'fast-check';
import { expect, test } from 'vitest';
import { masker, neutralLine, neutralText } from '../../src/action/neutral.ts';
import { commandOf } from '../e2e/action/runner.ts';

const pieces = fc.constantFrom(
  '::',
  ':',
  '##[',
  '##',
  '[',
  ']',
  'error',
  'add-mask',
  ' ',
  '\t',
  '\n',
  '\r',
  '\u2028',
  '\u00a0',
  '%0A',
  'x',
);
const hostile = fc.oneof(
  fc.array(pieces).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

test('the runner as this test knows it obeys these', () => {
  for (const line of ['::error::x', ' \t::error file=a.c,line=1::x', '##[error]x', 'and ##[add-mask]x', '::endgroup::'])
    expect(commandOf(line), line).toBeDefined();
  for (const line of ['a::error::x', ': :error::x', '#[error]x', 'std::vector'])
    expect(commandOf(line), line).toBeUndefined();
});

test('in whatever is said the runner finds no command', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const said of [neutralText(text), neutralLine(text)])
        for (const line of said.split(/\r\n|\r|\n/)) expect(commandOf(line), JSON.stringify(line)).toBeUndefined();
    }),
  );
});

test('a line stays a line', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(neutralLine(text)).not.toMatch(/[\r\n]/);
    }),
  );
});

test('what is no command stays as it is', () => {
  const text = 'Objects/x.c:12:3: error: expected ‘;’\n  std::string a;\n# 1 file';
  expect(neutralText(text)).toBe(text);
});

test('secrets are hidden wherever they stand, the longest first', () => {
  const mask = masker(['hunter22', 'hunter', undefined, '', 'abc', 'two\nlines']);
  expect(mask('hunter22 and hunter, lines of abc')).toBe('*** and ***, *** of abc');
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 4 }).filter((s) => s.trim().length >= 4)),
      fc.string(),
      (secrets, text) => {
        const masked = masker(secrets)(secrets.join(text));
        // Asterisks are what it is hidden by.
        for (const secret of secrets.filter((one) => !one.includes('*'))) expect(masked).not.toContain(secret.trim());
      },
    ),
  );
});
