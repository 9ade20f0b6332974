import type { z } from 'zod';

/**
 * Text as JSON of a schema's shape.
 * @returns why it is not, where it is not: V8's words, or the members that are wrong.
 */
export function parseJson<T extends z.ZodType>(
  text: string,
  schema: T,
):
  | { readonly data: z.infer<T> }
  | { readonly data?: undefined; readonly why: readonly string[]; readonly isJson: boolean } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { why: [(error as Error).message], isJson: false };
  }
  const { data, error } = schema.safeParse(json);
  if (error === undefined) return { data };
  return { why: error.issues.map(({ path, message }) => `${path.join('.') || '(top)'}: ${message}`), isJson: true };
}
