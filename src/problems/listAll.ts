/** Names in a sentence: `a`, `a or b`, `a, b or c`. */
export function listAll(names: readonly string[], joint: 'and' | 'or'): string {
  return names.length < 2
    ? (names[0] ?? 'nothing')
    : `${names.slice(0, -1).join(', ')} ${joint} ${names[names.length - 1]}`;
}
