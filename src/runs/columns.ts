/** The columns of a runs table as data, and how the columns of a file find their meaning. */
import { nearest } from '../problems/nearest.ts';
import type { Problem } from '../problems/problem.ts';
import { corpusUnsupported, warmupUnit } from '../problems/runs.ts';
import { columnIgnored, mapSource, mapTarget, missingColumn } from '../problems/tables.ts';
import type { Report, Table } from './table.ts';

/**
 * How a cell is read. `count` may be written 7B or 250M, `share` 0.3 or 30%, `number` is a plain decimal.
 */
export type CellKind = 'text' | 'count' | 'share' | 'number' | 'loss';
export type CellRange = 'any' | 'notNegative' | 'positive' | 'size';

export interface ColumnSpec {
  readonly kind: CellKind;
  readonly range: CellRange;
  /** Whose property it is: `run` and `training` columns hold one value a run, `training` even one a table. */
  readonly of: 'row' | 'run' | 'training';
}

const column = (of: ColumnSpec['of'], kind: CellKind, range: CellRange = 'any'): ColumnSpec => ({
  kind,
  range,
  of,
});

const FIXED: Readonly<Record<string, ColumnSpec>> = {
  run: column('row', 'text'),
  base: column('run', 'text'),
  params: column('run', 'count', 'size'),
  params_total: column('run', 'count', 'size'),
  tokens: column('row', 'count', 'notNegative'),
  domain_ratio: column('row', 'share'),
  replay: column('row', 'share'),
  share_general: column('row', 'share'),
  share_domain: column('row', 'share'),
  step: column('row', 'number', 'notNegative'),
  seed: column('run', 'text'),
  lr: column('row', 'number', 'notNegative'),
  schedule: column('run', 'text'),
  warmup_tokens: column('run', 'count', 'notNegative'),
  warmup_steps: column('run', 'count', 'notNegative'),
  batch_tokens: column('row', 'count', 'positive'),
  simulated: column('run', 'text'),
  sequence_length: column('training', 'count', 'positive'),
  method: column('training', 'text'),
  phase: column('training', 'text'),
  averaged: column('training', 'text'),
  data_tier: column('training', 'text'),
  tokenizer: column('training', 'text'),
};

const FAMILIES: readonly { readonly prefix: string; readonly spec: ColumnSpec }[] = [
  { prefix: 'loss_', spec: column('row', 'loss', 'positive') },
  { prefix: 'metric_', spec: column('row', 'number') },
  { prefix: 'unique_', spec: column('row', 'count', 'notNegative') },
  { prefix: 'tokenizer_', spec: column('training', 'text') },
];

/** Names that other tools give to the columns that are needed: looked for before near misses in spelling. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  run: ['run_id', 'run_name', 'id', 'name', 'experiment', 'exp'],
  params: [
    'n',
    'n_params',
    'num_params',
    'nparams',
    'parameters',
    'model_size',
    'size',
    'non_embedding_params',
  ],
  tokens: ['d', 'n_tokens', 'num_tokens', 'tokens_seen', 'train_tokens', 'consumed_tokens', 'total_tokens'],
  domain_ratio: ['r', 'ratio', 'domain_share', 'domain_fraction', 'mix', 'mixture', 'mix_ratio'],
};

/** What is known about a column by this name; undefined = not a column of a runs table. */
export function columnSpec(name: string): ColumnSpec | undefined {
  if (Object.hasOwn(FIXED, name)) return FIXED[name];
  return FAMILIES.find(({ prefix }) => name.startsWith(prefix) && name.length > prefix.length)?.spec;
}

/** Optional numeric columns that observations carry along in `Runs.columns`. */
export function isCarried(name: string): boolean {
  const spec = columnSpec(name);
  const structural = spec?.kind === 'loss' || name === 'params' || name === 'tokens';
  return spec !== undefined && !structural && (spec.kind === 'number' || spec.kind === 'count');
}

/**
 * Renames columns by `map` (name in a runs table -> name in the files). A column of the file that already has
 * the target's name gives way to the mapped one. Bad maps go to `report`.
 */
export function renameColumns(
  tables: readonly Table[],
  map: Readonly<Record<string, string>>,
  report: Report,
): Table[] {
  const available = [...new Set(tables.flatMap((table) => table.columns))];
  for (const [target, source] of Object.entries(map)) {
    if (columnSpec(target) === undefined) {
      report(mapTarget({ target, nearest: nearest(target, Object.keys(FIXED)) }, { field: '--map' }));
    } else if (!available.includes(source)) {
      report(mapSource({ target, source, nearest: nearest(source, available) }, { field: '--map' }));
    }
  }
  const valid = Object.entries(map).filter(([target]) => columnSpec(target) !== undefined);
  return tables.map((table) => renameIn(table, valid));
}

function renameIn(table: Table, map: readonly (readonly [target: string, source: string])[]): Table {
  const pairs = map.filter(([, source]) => table.columns.includes(source));
  if (pairs.length === 0) return table;
  const targets = new Set(pairs.map(([target]) => target));
  const sources = new Set(pairs.map(([, source]) => source));
  const picks = pairs.map(([target, source]) => ({ name: target, position: table.columns.indexOf(source) }));
  table.columns.forEach((name, position) => {
    if (!targets.has(name) && !sources.has(name)) picks.push({ name, position });
  });
  return {
    file: table.file,
    columns: picks.map(({ name }) => name),
    rows: table.rows.map(({ line, cells }) => ({
      line,
      cells: picks.map(({ position }) => cells[position]),
    })),
  };
}

/** Names of columns that hold a value in at least one row of one table: empty columns change nothing. */
export function usedColumns(tables: readonly Table[]): Set<string> {
  const used = new Set<string>();
  for (const table of tables) {
    table.columns.forEach((name, position) => {
      if (!used.has(name) && table.rows.some((row) => row.cells[position] !== '')) used.add(name);
    });
  }
  return used;
}

/** Reports columns that are needed and missing, that cannot be used, and, as a note, those that are not known. */
export function checkColumns(tables: readonly Table[], used: ReadonlySet<string>, report: Report): void {
  const unknown = [...used].filter((name) => columnSpec(name) === undefined);
  for (const problem of missing(tables, used, unknown)) report(problem);
  const corpora = unknown.filter((name) => name.startsWith('share_'));
  if (corpora.length > 0) report(corpusUnsupported({ columns: corpora }));
  if (unknown.includes('warmup')) report(warmupUnit({}, { field: 'warmup' }));
  const ignored = unknown.filter((name) => name !== 'warmup' && !corpora.includes(name)).sort();
  if (ignored.length > 0) {
    const unusedNames = Object.keys(FIXED).filter((name) => !used.has(name));
    const guess = ignored.map((name) => nearest(name, unusedNames)).find((name) => name !== undefined);
    report(columnIgnored({ columns: ignored, nearest: guess }));
  }
}

function missing(tables: readonly Table[], used: ReadonlySet<string>, unknown: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const place = tables.length === 1 ? { file: tables[0].file } : undefined;
  const lacks = (name: string, expected: string): void => {
    problems.push(missingColumn({ column: name, expected, nearest: likeliest(name, unknown) }, place));
  };
  if (!used.has('run')) lacks('run', 'expected a name for each run');
  if (!used.has('tokens'))
    lacks('tokens', 'expected the continual pre-training tokens seen at each evaluation');
  if (!used.has('params') && !used.has('params_total')) {
    lacks('params', 'expected the size of the model, in parameters without embeddings');
  }
  if (!hasRatio(used)) {
    lacks(
      'domain_ratio',
      'expected the share of domain tokens (or replay, or share_general and share_domain)',
    );
  } else if (!used.has('domain_ratio') && !used.has('replay')) {
    if (!used.has('share_general'))
      lacks('share_general', 'expected it beside share_domain, so that both sum to 1');
    if (!used.has('share_domain'))
      lacks('share_domain', 'expected it beside share_general, so that both sum to 1');
  }
  return problems;
}

/** Whether the mixture can be known at all from these columns. */
export function hasRatio(used: ReadonlySet<string>): boolean {
  return ['domain_ratio', 'replay', 'share_general', 'share_domain'].some((name) => used.has(name));
}

/** The column that most likely is the missing one: by a name that others use, else by spelling. */
function likeliest(name: string, candidates: readonly string[]): string | undefined {
  const synonyms = SYNONYMS[name] ?? [];
  return (
    candidates.find((candidate) => synonyms.includes(candidate.toLowerCase())) ?? nearest(name, candidates)
  );
}
