/** What `npm run results` prints: sections of a figure, its target and whether it was met, as Markdown. */

export type Verdict = 'pass' | 'fail' | 'shown';

export interface Row {
  readonly cells: readonly string[];
  /** `shown`: a figure without a target. */
  readonly verdict: Verdict;
}

export interface Section {
  readonly title: string;
  /** How it was measured, in a sentence or two. */
  readonly method: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  /** Why there is nothing to show, where there is nothing. */
  readonly skipped?: string;
}

export function row(met: boolean, ...cells: string[]): Row {
  return { cells, verdict: met ? 'pass' : 'fail' };
}

export function shown(...cells: string[]): Row {
  return { cells, verdict: 'shown' };
}

export function sectionAsMarkdown({ title, method, head, rows, skipped }: Section): string {
  if (skipped !== undefined) return `### ${title}\n\nskipped: ${skipped}`;
  const verdicts: Readonly<Record<Verdict, string>> = { pass: 'pass', fail: '**FAIL**', shown: '' };
  const table = markdownTable(
    [...head, ''],
    rows.map(({ cells, verdict }) => [...cells, verdicts[verdict]]),
  );
  return `### ${title}\n\n${method}\n\n${table}`;
}

/** A Markdown table whose source is aligned too. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, k) => Math.max(3, title.length, ...rows.map((cells) => cells[k].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, k) => cell.padEnd(widths[k])).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join(
    '\n',
  );
}

export function percent(share: number, digits = 2): string {
  return `${(100 * share).toFixed(digits)}%`;
}
