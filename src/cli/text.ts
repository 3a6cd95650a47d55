/** Laying out text for a terminal. */

/** Words filled into lines of at most `width` characters, each after `indent` spaces. Longer words stand alone. */
export function fill(text: string, width: number, indent = 0): string {
  const padding = ' '.repeat(indent);
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && padding.length + last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map((line) => `${padding}${line}`).join('\n');
}

/**
 * Two columns: a term and what it means, the meaning filled into the width that is left. Terms wider than
 * `termWidth` get a line of their own.
 */
export function definitions(
  rows: readonly (readonly [term: string, meaning: string])[],
  width: number,
): string {
  const widest = Math.max(...rows.map(([term]) => term.length).filter((length) => length <= termWidth), 0);
  const indent = widest + 4;
  return rows
    .map(([term, meaning]) => {
      const filled = fill(meaning, width, indent);
      return term.length > widest
        ? `  ${term}\n${filled}`
        : `  ${term.padEnd(widest)}${filled.slice(2 + widest)}`;
    })
    .join('\n');
}

const termWidth = 32;
