/** What is looked for in files: a text, or a pattern without the flags `g` and `y`. */
export type Sought = string | RegExp;

export const holds = (text: string, sought: Sought): boolean =>
  typeof sought === 'string' ? text.includes(sought) : sought.test(text);
