/** Rows of a log that is a runs table already, as evaluations: all columns pass through as they are. */

import { lossesNotFinite } from '../problems/logs.ts';
import type { Problem } from '../problems/problem.ts';
import { parseCell } from '../runs/cells.ts';
import { columnSpec } from '../runs/columns.ts';
import { formatNumber } from '../units/number.ts';
import { divergedSets } from './assemble.ts';
import type { Evaluation, ImportedRun } from './evaluation.ts';
import type { FactOf } from './facts.ts';
import type { RunToAssemble } from './oneRun.ts';

/** Facts fill columns that the table does not have; what it has stays. */
export function tableRun(
  { name, format, files, log, factOf, told }: RunToAssemble,
  report: (problem: Problem) => void,
): ImportedRun {
  const rows = log.rows
    .map((cells) => evaluation(cells, files[0], report))
    .sort((a, b) => a.tokens - b.tokens);
  const sets = [...new Set(rows.flatMap(({ losses }) => Object.keys(losses)))];
  const lossesOf = sets.map((set) => {
    const measured = rows.flatMap(({ tokens, losses }) =>
      losses[set] === undefined ? [] : [[tokens, losses[set]] as const],
    );
    const broken = measured.filter(([, loss]) => Number.isNaN(loss));
    if (broken.length > 0)
      report(
        lossesNotFinite({
          run: name,
          metric: `loss_${set}`,
          count: broken.length,
          first: `${formatNumber(broken[0][0])} tokens`,
        }),
      );
    return [set, measured] as const;
  });
  const evaluations = rows.map((row) => ({
    ...row,
    losses: Object.fromEntries(Object.entries(row.losses).filter(([, loss]) => !Number.isNaN(loss))),
  }));
  const present = new Set(log.rows.flatMap((cells) => Object.keys(cells)));
  const columns: Record<string, string> = {};
  const origins: Record<string, string> = { tokens: 'column tokens' };
  for (const column of told.filter((fact) => isColumn(fact) && !present.has(fact))) {
    const text = columnText(column, factOf, report);
    if (text === undefined) continue;
    columns[column] = text;
    origins[column] = factOf(column)?.origin ?? '';
  }
  const diverged = divergedSets(lossesOf, (tokens) => tokens);
  return { name, format: format.name, files, columns, evaluations, diverged, origins };
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

/** As trainers write the loss of a run that diverged; other tables of losses are refused with it. */
const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;

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
    if (column.startsWith('loss_'))
      losses[column.slice('loss_'.length)] = NOT_FINITE.test(text) ? Number.NaN : number(column, text);
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
