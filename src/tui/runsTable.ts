/** The runs as a table: one row a run, in the order and with the filter of the screen, and what was set aside. */
import type { FitDocument } from '../documents/fit.ts';
import { lossText, paramsText, ratioText, tokensText } from '../explain/numbers.ts';
import { findProblemKind } from '../problems/catalogue.ts';
import type { State } from './state.ts';

export interface ShownRun {
  readonly id: string;
  readonly params: number;
  readonly domainRatio: number;
  readonly tokens: number;
  /** Last loss of each set; undefined where it was not measured. */
  readonly losses: readonly (number | undefined)[];
  readonly excluded: boolean;
}

interface RunColumn {
  readonly title: string;
  readonly text: (run: ShownRun) => string;
  readonly sortBy: (run: ShownRun) => number | string;
}

/** The columns; those of losses follow the sets of the fit. */
export function runColumns(fit: FitDocument | undefined): readonly RunColumn[] {
  return [
    { title: 'run', text: ({ id }) => id, sortBy: ({ id }) => id },
    { title: 'size', text: ({ params }) => paramsText(params), sortBy: ({ params }) => params },
    {
      title: 'ratio',
      text: ({ domainRatio }) => ratioText(domainRatio),
      sortBy: ({ domainRatio }) => domainRatio,
    },
    ...(fit?.evals ?? []).map(
      ({ name }, e): RunColumn => ({
        title: name,
        text: ({ losses }) => (losses[e] === undefined ? '' : lossText(losses[e])),
        sortBy: ({ losses }) => losses[e] ?? Number.POSITIVE_INFINITY,
      }),
    ),
    { title: 'tokens', text: ({ tokens }) => tokensText(tokens), sortBy: ({ tokens }) => tokens },
  ];
}

/** The runs that are shown, in their order. */
export function shownRuns({
  source,
  values,
  sort,
  filter,
}: Pick<State, 'source' | 'values' | 'sort' | 'filter'>): readonly ShownRun[] {
  if (source === undefined) return [];
  const { fit } = source;
  const columns = runColumns(fit);
  const excluded = new Set(values.exclude ?? []);
  const runs = allRuns(fit).map((run) => ({ ...run, excluded: excluded.has(run.id) }));
  const wanted = filter.trim().toLowerCase();
  const matching = runs.filter((run) => columns.some(({ text }) => text(run).toLowerCase().includes(wanted)));
  const { sortBy } = columns[sort.column];
  const sign = sort.down ? -1 : 1;
  return matching.toSorted((a, b) => {
    const [x, y] = [sortBy(a), sortBy(b)];
    return x === y ? 0 : (x < y ? -1 : 1) * sign;
  });
}

const known = new WeakMap<FitDocument, readonly Omit<ShownRun, 'excluded'>[]>();

function allRuns(fit: FitDocument): readonly Omit<ShownRun, 'excluded'>[] {
  const before = known.get(fit);
  if (before !== undefined) return before;
  const { runs, observations } = fit.pilots;
  const last = new Map(observations.run.map((run, row) => [run, row]));
  const made = runs.map(({ id, params, domainRatio }, index) => {
    const row = last.get(index);
    return {
      id,
      params,
      domainRatio,
      tokens: row === undefined ? 0 : observations.tokens[row],
      losses: fit.evals.map(({ name }) =>
        row === undefined ? undefined : (observations.loss[name][row] ?? undefined),
      ),
    };
  });
  known.set(fit, made);
  return made;
}

/** What was set aside, by reason: how many rows, of how many runs, and why. */
export function setAsideRows({ pilots }: FitDocument): { rows: number; runs: number; reason: string }[] {
  const codes = [...new Set(pilots.setAside.map(({ code }) => code))];
  return codes.map((code) => {
    const mine = pilots.setAside.filter((each) => each.code === code);
    return {
      rows: mine.length,
      runs: new Set(mine.map(({ run }) => run)).size,
      reason: findProblemKind(code)?.title ?? code,
    };
  });
}
