/**
 * The id of a chart of one evaluation set: a part of file names, of ids in a page and of lists of charts. Different sets have
 * different ids; letters and digits of every script stay, whatever else is in a name becomes its code point: `c4/en` is `c4~2fen`.
 */
export function chartOfSet(kind: string, set: string): string {
  const plain = set.replace(/[^\p{L}\p{N}_.-]/gu, (other) => `~${other.codePointAt(0)?.toString(16)}`);
  return `${kind}-${plain}`;
}
