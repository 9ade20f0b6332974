/** `read` that remembers its last text: each edit of a recipe asks for the same one. */
export function remembered<T>(read: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly made: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, made: read(text) };
    return last.made;
  };
}
