import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neutralText } from '../../src/action/neutral.ts';
import { diagnosticHtml } from '../../src/document/html/blocks.ts';
import { html } from '../../src/document/html/markup.ts';
import { diagnosticMarkdown } from '../../src/document/markdown/blocks.ts';
import { diagnosticText, placeText } from '../../src/document/printable.ts';
import { diagnosticLines, renderDiagnostic } from '../../src/document/terminal/diagnostic.ts';
import { terminalStyle } from '../../src/document/terminal/style.ts';

/** Control characters, white space of all kinds, what cannot be seen, and what can. */
const odd = fc.oneof(
  fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCharCode(code)),
  fc.constantFrom(...'\u00a0\u00ad\u061c\u115f\u180e\u200b\u200e\u2028\u2029\u202e\u2066\u3164\ufe0f\ufeff\ufff9'),
  fc.constantFrom('\u{e0041}', 'é', '€', '\u{1d54f}', 'x'),
);
const name = fc.array(odd, { maxLength: 6 }).map((chars) => `a${chars.join('')}z.c`);

const style = terminalStyle({ width: 400, color: false });
/** Backslashes in front of signs are markdown's, and a joiner parts what it would read as more than text. */
const unescaped = (markdown: string) => markdown.replaceAll('\u2060', '').replace(/\\([|])/g, '$1');

test('every output shows the same name for a file, and another for another', () => {
  const shown = (file: string) => placeText({ file, line: 3 });
  fc.assert(
    fc.property(name, name, (file, other) => {
      const diagnostic = { code: 'a/b', message: 'it is odd', place: { file, line: 3 } };
      const where = shown(file);
      expect(where).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u);
      expect(diagnosticLines(diagnostic, 'error', style)).toContain(`  --> ${where}`);
      expect(renderDiagnostic({ ...diagnostic, place: { file } }, 'error', false)).toContain(where.slice(0, -2));
      expect(diagnosticHtml(diagnostic, 'bad').text).toContain(html`<code>${where}</code>`.text);
      expect(unescaped(diagnosticMarkdown(diagnostic, 'bad'))).toContain(where);
      expect(neutralText(diagnosticText(diagnostic, where).join('\n'))).toBe(`${where}: it is odd`);
      if (file !== other) expect(shown(other)).not.toBe(where);
    }),
  );
});

test('the line that is meant is shown as UTF-8 where it is that, else as Latin-1', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'fw-frame-')), 'a.patch');
  writeFileSync(file, Buffer.from('+Grüße\n+Gr\xfc\n').subarray(0, -3));
  appendFileSync(file, Buffer.from('\xfc\n', 'latin1'));
  const shown = (line: number) =>
    renderDiagnostic({ code: 'a/b', message: 'm', place: { file, line } }, 'error', false);
  expect(shown(1)).toContain('1 | +Grüße');
  expect(shown(2)).toContain('2 | +Grü');
});

test('a character that is not seen has the same name in every text', () => {
  fc.assert(
    fc.property(odd, (char) => {
      fc.pre(!/[\t\n\r\u00a0 -~]/.test(char));
      const message = `a${char}z`;
      const shown = placeText({ file: message });
      const diagnostic = { code: 'a/b', message, detail: [message], hint: message };
      const lines = diagnosticLines(diagnostic, 'error', style);
      expect(lines).toEqual([`error: ${shown}`, `   ${shown}`, ` hint: ${shown}`]);
      expect(diagnosticHtml(diagnostic, 'bad').text.split(shown)).toHaveLength(4);
      expect(diagnosticMarkdown(diagnostic, 'bad').split(shown)).toHaveLength(4);
      expect(neutralText(diagnosticText(diagnostic).join('\n')).split(shown)).toHaveLength(4);
    }),
  );
});
