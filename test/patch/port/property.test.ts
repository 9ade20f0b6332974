import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeTokens } from '../../../src/c/lex.ts';
import { applyPorted, handMade, hunks, portText } from './rig.ts';

/** Each takes some 30 ms, for git merges for it. */
const RUNS = Number(process.env.PORT_RUNS ?? 150);

/** What functions are made of: few enough that the same stands at several places. */
const POOL = [
  'alpha(x);',
  'beta(x, y);',
  'gamma_it(x->field);',
  'return NULL;',
  'Py_DECREF(x);',
  'if (x == NULL) {\n    goto error;\n}',
  'if (y > limit) {\n    alpha(x);\n    delta(y);\n}',
  'for (i = 0; i < n; i++) {\n    beta(x, y);\n}',
  '/* as it was */\nepsilon(x);',
];

interface Fn {
  readonly name: string;
  readonly body: readonly string[];
  readonly condition: string;
}
interface Style {
  readonly tabs: boolean;
  readonly wide: boolean;
}

const PLAIN: Style = { tabs: false, wide: false };
const styled = (text: string, { tabs, wide }: Style) => {
  const spaced = wide ? text.replace(/\(/g, '( ').replace(/\)/g, ' )') : text;
  return tabs ? spaced.replace(/^(?: {4})+/gm, (s) => '\t'.repeat(s.length / 4)) : spaced;
};
const write = ({ name, body, condition }: Fn, style: Style) => {
  const lines = body.flatMap((s) => s.split('\n')).map((l) => `    ${l}\n`);
  const text = `static int\n${name}(T *x, int y)\n{\n${styled(lines.join(''), style)}}\n`;
  return condition === '' ? `${text}\n` : `#ifdef ${condition}\n${text}#endif\n\n`;
};

const statement = fc.constantFrom(...POOL);
const body = fc.array(statement, { minLength: 3, maxLength: 9 });
const scenario = fc.record({
  bodies: fc.array(body, { minLength: 2, maxLength: 5 }),
  /** The last function has the body of the first, under another name. */
  twin: fc.boolean(),
  target: fc.nat(4),
  at: fc.nat(8),
  kind: fc.constantFrom('replace', 'insert', 'remove'),
  condition: fc.constantFrom('', '', 'OPTION'),
  newCondition: fc.constantFrom('same', 'same', 'same', 'OTHER'),
  order: fc.array(fc.nat(20), { minLength: 8, maxLength: 8 }),
  added: fc.array(body, { maxLength: 2 }),
  renamed: fc.constantFrom(false, false, false, true),
  style: fc.record({ tabs: fc.boolean(), wide: fc.boolean() }),
  drift: fc.array(fc.record({ what: fc.constantFrom('add', 'drop'), where: fc.nat(9), text: statement }), {
    maxLength: 3,
  }),
});

/** A statement that knows whether it was there before, and which one it was. */
interface Kept {
  readonly text: string;
  readonly was?: number | undefined;
}

const EDITED = 'changed_here(x, 1);';

/** What the change must come to in the drifted function; `undefined` where only a refusal is right. */
function intended(
  old: readonly string[],
  now: readonly Kept[],
  at: number,
  kind: string,
): readonly string[] | undefined {
  const texts = now.map((s) => s.text);
  let index = now.findIndex((s) => s.was === at);
  if (kind === 'insert') {
    const next = now.findIndex((s) => s.was === at + 1);
    if (index < 0 && next > 0 && texts[next - 1] === old[at]) index = next - 1;
    // The last statement's other neighbour is the end of the function.
    const below = at + 1 === old.length ? undefined : old[at + 1];
    return index < 0 || texts[index + 1] !== below ? undefined : texts.toSpliced(index + 1, 0, EDITED);
  }
  // A statement that is there once, before and now, was moved.
  if (index < 0 && old.filter((s) => s === old[at]).length === 1) {
    const copies = texts.flatMap((s, i) => (s === old[at] ? [i] : []));
    if (copies.length === 1) index = copies[0] ?? -1;
  }
  return index < 0 ? undefined : texts.toSpliced(index, 1, ...(kind === 'replace' ? [EDITED] : []));
}

/** How one text can be read as the other with as few changes as can be: nobody can tell these readings apart. */
function readings(old: readonly string[], now: readonly string[]): (readonly Kept[])[] {
  const memo = new Map<string, { most: number; ways: (readonly (readonly [number, number])[])[] }>();
  const best = (i: number, j: number): { most: number; ways: (readonly (readonly [number, number])[])[] } => {
    if (i === old.length || j === now.length) return { most: 0, ways: [[]] };
    const known = memo.get(`${i} ${j}`);
    if (known !== undefined) return known;
    const options = [best(i + 1, j), best(i, j + 1)];
    if (old[i] === now[j]) {
      const rest = best(i + 1, j + 1);
      options.push({ most: rest.most + 1, ways: rest.ways.map((way) => [[i, j] as const, ...way]) });
    }
    const most = Math.max(...options.map((o) => o.most));
    const all = options.filter((o) => o.most === most).flatMap((o) => o.ways);
    const ways = [...new Map(all.map((way) => [JSON.stringify(way), way])).values()].slice(0, 200);
    memo.set(`${i} ${j}`, { most, ways });
    return { most, ways };
  };
  return best(0, 0).ways.map((way) => now.map((text, j) => ({ text, was: way.find((pair) => pair[1] === j)?.[0] })));
}

test(
  'whatever is placed is in the right function, and is the change that was meant; the rest is refused',
  async () => {
    const count = { placed: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(scenario, async (s) => {
        const bodies = s.twin ? [...s.bodies, s.bodies[0] ?? []] : s.bodies;
        const fns = bodies.map((b, i): Fn => ({ name: `function_${i}`, body: b, condition: '' }));
        const target = s.target % fns.length;
        const mine: Fn = { ...(fns[target] as Fn), condition: s.condition };
        fns[target] = mine;
        const at = s.at % mine.body.length;
        const insert = s.kind === 'insert';
        const head = '#include "Python.h"\n\n';
        const from = head + fns.map((f) => write(f, PLAIN)).join('');
        const lines = (text: string) => text.split('\n').map((l) => `    ${l}`);
        const above =
          head +
          fns
            .slice(0, target)
            .map((f) => write(f, PLAIN))
            .join('');
        const opening = write({ ...mine, body: [] }, PLAIN).split('{\n')[0] ?? '';
        const before = mine.body.slice(0, insert ? at + 1 : at).flatMap(lines);
        const start = `${above}${opening}{\n`.split('\n').length - 1 + before.length;
        const replacedLines = insert ? 0 : lines(mine.body[at] ?? '').length;
        const patch = handMade('a.c', from, start, replacedLines, s.kind === 'remove' ? [] : lines(EDITED));

        let now: Kept[] = mine.body.map((text, was) => ({ text, was }));
        for (const { what, where, text } of s.drift) {
          const i = where % (now.length + 1);
          if (what === 'add') now = now.toSpliced(i, 0, { text });
          if (what === 'drop' && now.length > 1) now = now.toSpliced(i, 1);
        }
        const condition = s.newCondition === 'same' ? s.condition : s.newCondition;
        const name = s.renamed ? 'renamed_function' : mine.name;
        const others = [
          ...fns.filter((_, i) => i !== target),
          ...s.added.map((b, i) => ({ name: `new_${i}`, body: b, condition: '' })),
        ];
        const file = (texts: readonly string[]) => {
          const all = [{ name, body: texts, condition }, ...others].map((f, i) => ({ f, key: s.order[i] ?? 0 }));
          const ordered = all.toSorted((a, b) => a.key - b.key);
          return head + ordered.map(({ f }) => write(f, f.name === name ? s.style : PLAIN)).join('');
        };
        const to = file(now.map((k) => k.text));
        const texts = now.map((k) => k.text);
        const moved = s.renamed || condition !== s.condition;
        const meant = moved
          ? []
          : [now, ...readings(mine.body, texts)].flatMap((reading) => {
              // Without it, somebody removed it already; or moved it, when it stands elsewhere.
              const gone = s.kind === 'remove' && !reading.some((k) => k.was === at) ? [to] : [];
              const body = intended(mine.body, reading, at, s.kind);
              return body === undefined ? gone : [...gone, file(body)];
            });

        const result = await portText(patch, { 'a.c': from }, { 'a.c': to });
        if (!result.complete) {
          count.refused++;
          expect(result.patches[0]?.text).toBe('');
          expect(hunks(result).some((h) => h.reasons.length > 0)).toBe(true);
          return;
        }
        count.placed++;
        const is = applyPorted(result, { 'a.c': to })['a.c'] ?? '';
        const tokens = (text: string) => codeTokens(text).join(' ');
        expect(meant.map(tokens), result.patches[0]?.text).toContain(tokens(is));
        if (!s.style.tabs && !s.style.wide) expect(meant).toContain(is);
      }),
      { numRuns: RUNS },
    );
    expect(count.placed).toBeGreaterThan(count.refused / 10);
  },
  60_000 + RUNS * 300,
);
