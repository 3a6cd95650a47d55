/** Laws compared by how far they are off on what they had not seen. */
import type { FitDocument, FitMember } from '../documents/fit.ts';
import { listed, percentText, shareText } from '../explain/numbers.ts';
import { logTicks } from './axes.ts';
import type { Chart, JsonObject, Layout } from './chart.ts';
import { inline, rounded } from './marks.ts';
import { DOMAIN, GENERAL, GRID, INK, PLAN } from './theme.ts';

type Direction = FitMember['holdout'][number]['direction'];

const DIRECTIONS: readonly (readonly [Direction, string, string, string])[] = [
  ['size', 'a size left out', 'square', DOMAIN],
  ['tokens', 'last half of the tokens', 'triangle-up', PLAN],
  ['ratio', 'a ratio left out (mean)', 'circle', GENERAL],
];

interface Row {
  readonly set: string;
  readonly law: string;
  readonly weight: number;
  readonly direction: Direction;
  readonly error: number;
}

/** Undefined where nothing was held out. */
export function lawsChart(fit: Pick<FitDocument, 'evals'>): Chart | undefined {
  const rows = fit.evals.flatMap(({ name, members }) => members.flatMap((member) => rowsOf(name, member)));
  if (rows.length === 0) return undefined;
  const sets = fit.evals.map(({ name }) => name).filter((name) => rows.some(({ set }) => set === name));
  const best = sets.map((set) => bestOf(rows, set));
  return {
    id: 'laws',
    title: `Left-out pilots are predicted best by ${listed(best.map(({ set, law, error }) => `${law} on ${set} (off by ${percentText(error)})`))}`,
    subtitle:
      'Mean relative error on what each law had not seen; further left is better. Laws in bold type have weight in the answer.',
    description: rows
      .map(({ set, law, direction, error }) => `${set}, ${law}, ${direction} left out: ${percentText(error)}`)
      .join('; ')
      .concat('.'),
    small: false,
    body: (layout) => body(rows, sets, layout),
  };
}

function rowsOf(set: string, { law, weight, holdout }: FitMember): Row[] {
  return DIRECTIONS.flatMap(([direction]) => {
    const errors = holdout.flatMap((each) =>
      each.direction === direction && each.error !== null ? [each.error] : [],
    );
    if (errors.length === 0) return [];
    const error = errors.reduce((sum, each) => sum + each, 0) / errors.length;
    return [{ set, law, weight, direction, error }];
  });
}

/** The law of most weight, and its mean error over all directions. */
function bestOf(rows: readonly Row[], set: string): { set: string; law: string; error: number } {
  const mine = rows.filter((row) => row.set === set);
  const { law } = mine.reduce((a, b) => (b.weight > a.weight ? b : a));
  const errors = mine.filter((row) => row.law === law).map(({ error }) => error);
  return { set, law, error: errors.reduce((sum, each) => sum + each, 0) / errors.length };
}

function body(rows: readonly Row[], sets: readonly string[], layout: Layout): JsonObject {
  const errors = rows.map(({ error }) => error).filter((error) => error > 0);
  const [from, to] = [Math.min(...errors) / 1.4, Math.max(...errors) * 1.4];
  const x = {
    field: 'error',
    type: 'quantitative',
    title: 'mean relative error on what was left out',
    scale: { type: 'log', domain: [rounded(from, 3), rounded(to, 3)], nice: false },
    axis: { values: logTicks(from, to), format: '~%', grid: true },
  };
  const directions = DIRECTIONS.filter(([direction]) => rows.some((row) => row.direction === direction));
  const names = directions.map(([, name]) => name);
  const legend = { title: null, orient: 'bottom', direction: layout === 'wide' ? 'horizontal' : 'vertical' };
  const side = layout === 'wide' && sets.length > 1;
  return {
    [side ? 'concat' : 'vconcat']: sets.map((set) => {
      const mine = rows.filter((row) => row.set === set);
      const laws = [...new Set(mine.map(({ law }) => law))];
      const chosen = new Set(mine.filter(({ weight }) => weight > 0).map(({ law }) => law));
      const y = {
        field: 'law',
        type: 'nominal',
        sort: laws,
        title: null,
        axis: {
          grid: true,
          gridColor: GRID,
          labelLimit: 140,
          labelColor: INK,
          labelFontWeight: { expr: `indexof(${JSON.stringify([...chosen])}, datum.value) >= 0 ? 600 : 400` },
        },
      };
      return {
        title: `${set} (${listed([...chosen].map((law) => `${law} ${shareText(mine.find((row) => row.law === law)!.weight)}`))})`,
        width: layout === 'wide' ? (side ? 232 : 520) : 196,
        height: { step: 30 },
        data: inline(
          mine.map(({ law, direction, error }) => ({
            law,
            left: directions.find(([each]) => each === direction)![1],
            error: rounded(error, 4),
          })),
        ),
        layer: [
          {
            mark: { type: 'point', filled: true, size: 75, opacity: 0.95 },
            encoding: {
              x,
              y,
              color: {
                field: 'left',
                type: 'nominal',
                scale: { domain: names, range: directions.map(([, , , colour]) => colour) },
                legend,
              },
              shape: {
                field: 'left',
                type: 'nominal',
                scale: { domain: names, range: directions.map(([, , shape]) => shape) },
                legend,
              },
            },
          },
        ],
      };
    }),
    ...(side ? { columns: 2, spacing: 34 } : { spacing: 20 }),
    resolve: { scale: { color: 'shared', shape: 'shared' }, legend: { color: 'shared', shape: 'shared' } },
  };
}
