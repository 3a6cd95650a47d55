/** Chinchilla's approach 3 on the 240 points that Besiroglu et al. reconstructed, with their objective. */
import { join } from 'node:path';
import type { EvalData } from '../../src/fit/evalData.ts';
import { fitLaw } from '../../src/fit/fitLaw.ts';
import { chinchilla as law } from '../../src/laws/chinchilla.ts';
import { row, type Section, shown } from './report.ts';
import { readTableIfThere } from './tables.ts';

const FILE = join('chinchilla', 'chinchilla.csv');

export const chinchillaAbsent = `no ${FILE} in the folder of reference data`;

/** The points that the authors keep; undefined where the folder does not have them. */
export function chinchillaData(folder: string): EvalData | undefined {
  const rows = readTableIfThere(join(folder, FILE))?.filter((each) => each.excluded_by_authors === '0');
  if (rows === undefined) return undefined;
  const n = rows.length;
  const column = (name: string) => Float64Array.from(rows, (each) => Number(each[name]));
  return {
    name: 'general',
    role: 'general',
    unit: 'nats',
    n,
    inputs: {
      n,
      params: column('N'),
      tokens: column('D'),
      domainRatio: new Float64Array(n),
      baseLoss: new Float64Array(n).fill(Number.NaN),
    },
    loss: column('loss'),
    run: Int32Array.from({ length: n }, (_, i) => i),
    base: new Int32Array(n),
  };
}

export function fitChinchilla(data: EvalData) {
  return fitLaw(law, data, new Float64Array(data.n).fill(1), { kind: 'log-huber', delta: undefined });
}

/** Direct fit of the objective (no scale parameter) in the authors' notebook, all digits that it prints. */
const PUBLISHED = { E: 1.81724, A: 477.84, B: 2143.86, alpha: 0.347313, beta: 0.367183 };
const OPTIMUM = 0.00101827402;

export function chinchilla(folder: string): Section {
  const title = 'Chinchilla, 240 points';
  const method =
    'Sum of Huber 1e-3 on log loss (Hoffmann et al. 2022), points of Besiroglu et al. 2024 (arXiv 2404.10102). A and B move with their exponents, so the objective is the test and the parameters are beside it.';
  const head = ['what', 'measured', 'target'];
  const data = chinchillaData(folder);
  if (data === undefined) return { title, method, head, rows: [], skipped: chinchillaAbsent };
  const fit = fitChinchilla(data);
  if (fit.kind !== 'fitted') return { title, method, head, rows: [row(false, 'fit', fit.kind, 'fitted')] };
  const value = (name: string): number => fit.natural[law.parameters.findIndex((each) => each.name === name)];
  return {
    title,
    method,
    head,
    rows: [
      row(
        Math.abs(fit.value / OPTIMUM - 1) < 1e-8,
        'objective',
        fit.value.toPrecision(9),
        `${OPTIMUM} (1e-8)`,
      ),
      ...Object.entries(PUBLISHED).map(([name, published]) =>
        row(
          Math.abs(value(name) / published - 1) < 1e-3,
          name,
          value(name).toPrecision(6),
          `${published} (0.1%)`,
        ),
      ),
      shown('starts that agree', `${fit.starts.agreeing} of ${fit.starts.tried}`, ''),
    ],
  };
}
