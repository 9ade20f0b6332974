import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { renderDiagnostic } from '../../../src/document/terminal/diagnostic.ts';

test('shows the line that is meant, with the culprit underlined', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fw-diag-'));
  const file = path.join(folder, 'r.yaml');
  await writeFile(file, 'id: x\n\tedts: []\n');
  const text = renderDiagnostic(
    {
      code: 'recipe/unknown-key',
      message: 'unknown key "edts"',
      place: { file, line: 2, column: 2, length: 4 },
      hint: 'did you mean "edits"?',
      related: [{ place: { file: 'a.c', line: 3 }, message: 'seen here' }],
    },
    'error',
    false,
  );
  expect(text.split('\n').map((line) => line.replace(folder, '').replace(/--> \S*r\.yaml/, '--> r.yaml'))).toEqual([
    'error: unknown key "edts"',
    '  --> r.yaml:2:2',
    '   2 | \tedts: []',
    '     | \t^^^^',
    '  --> a.c:3: seen here',
    ' hint: did you mean "edits"?',
  ]);
  await rm(folder, { recursive: true });
});

test('control and bidirectional characters are shown, not obeyed', () => {
  expect(renderDiagnostic({ code: 'x', message: 'a\x1b[2Jb\u202ec\td\ne\x9bf' }, 'note', false)).toBe(
    'note: a⟨ESC⟩[2Jb⟨U+202E⟩c\td\ne⟨U+009B⟩f',
  );
});

test('a file that cannot be read costs only the code frame', () => {
  const text = renderDiagnostic(
    { code: 'x', message: 'm', place: { file: '/nonexistent/x.c', line: 4 } },
    'warning',
    false,
  );
  expect(text).toBe('warning: m\n  --> /nonexistent/x.c:4');
});
