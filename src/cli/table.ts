/** Aligned columns for a terminal. */

export interface TableColumn {
  readonly title: string;
  /** Numbers read best with their ends below each other. */
  readonly align: 'left' | 'right';
}

/** Header and rows in columns two spaces apart, indented by two; no line ends in spaces. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, k) => Math.max(...lines.map((line) => line[k].length)));
  const pad = (text: string, k: number): string => {
    return columns[k].align === 'right' ? text.padStart(widths[k]) : text.padEnd(widths[k]);
  };
  return lines.map((line) => `  ${line.map(pad).join('  ')}`.trimEnd()).join('\n');
}
