/** Rows of a log that is a runs table already, as evaluations: all columns pass through as they are. */

import type { Problem } from '../problems/problem.ts';
import { parseCell } from '../runs/cells.ts';
import { columnSpec } from '../runs/columns.ts';
import { formatNumber } from '../units/number.ts';
import type { RunToAssemble } from './assemble.ts';
import type { Evaluation, ImportedRun } from './evaluation.ts';
import type { FactOf } from './facts.ts';

/** Facts fill columns that the table does not have; what it has stays. */
export function tableRun(
  { name, format, files, log, factOf, told }: RunToAssemble,
  report: (problem: Problem) => void,
): ImportedRun {
  const evaluations = log.rows
    .map((cells) => evaluation(cells, files[0], report))
    .sort((a, b) => a.tokens - b.tokens);
  const present = new Set(log.rows.flatMap((cells) => Object.keys(cells)));
  const columns: Record<string, string> = {};
  const origins: Record<string, string> = { tokens: 'column tokens' };
  for (const column of told.filter((fact) => isColumn(fact) && !present.has(fact))) {
    const text = columnText(column, factOf, report);
    if (text === undefined) continue;
    columns[column] = text;
    origins[column] = factOf(column)?.origin ?? '';
  }
  return { name, format: format.name, files, columns, evaluations, origins };
}

const isColumn = (fact: string): boolean => {
  const spec = columnSpec(fact);
  return spec !== undefined && spec.kind !== 'loss' && !fact.startsWith('metric_') && fact !== 'tokens';
};

function columnText(column: string, factOf: FactOf, report: (problem: Problem) => void): string | undefined {
  const told = factOf(column);
  const spec = columnSpec(column);
  if (told === undefined || spec === undefined || spec.kind === 'text') return told?.text;
  const value = parseCell(column, spec, told.text, told.place, report);
  return Number.isNaN(value) ? undefined : formatNumber(value);
}

function evaluation(
  cells: Readonly<Record<string, string>>,
  file: string,
  report: (problem: Problem) => void,
): Evaluation {
  const { run: _, tokens: tokensText = '', step: stepText = '', ...rest } = cells;
  const number = (column: string, text: string): number => {
    const spec = columnSpec(column);
    return spec === undefined ? Number.NaN : parseCell(column, spec, text, { file, field: column }, report);
  };
  const losses: Record<string, number> = {};
  const others: Record<string, string> = {};
  for (const [column, text] of Object.entries(rest)) {
    if (column.startsWith('loss_')) losses[column.slice('loss_'.length)] = number(column, text);
    else others[column] = text;
  }
  const step = number('step', stepText);
  return {
    tokens: number('tokens', tokensText),
    step: Number.isNaN(step) ? undefined : step,
    losses,
    cells: others,
  };
}
