/** Slice laws on published tables of one size and one token count: what they say of a row they were not shown. */
import { join } from 'node:path';
import { fitLaw } from '../../src/fit/fitLaw.ts';
import { bindLaw } from '../../src/laws/kernel.ts';
import type { Inputs, Law } from '../../src/laws/law.ts';
import { cmrSlice } from '../../src/laws/slices/cmr.ts';
import { ratioSlice } from '../../src/laws/slices/ratio.ts';
import { crossing, interpolate } from '../../src/mixture/interpolate.ts';
import type { Role } from '../../src/runs/runs.ts';
import { percent, row, type Section, shown } from './report.ts';
import { readTable, root } from './tables.ts';

const published = (path: string) => readTable(join(root, 'datasets/published', path));

interface Measured {
  readonly domainRatio: number;
  readonly loss: number;
}

/** Slices know neither size nor tokens, so any will do. */
function inputsAt(ratios: readonly number[]): Inputs {
  const n = ratios.length;
  const ones = new Float64Array(n).fill(1);
  return { n, params: ones, tokens: ones, domainRatio: Float64Array.from(ratios), baseLoss: ones };
}

/** Fits a slice by least squares; the answer predicts losses at other ratios. */
function sliceOf(
  law: Law,
  role: Role,
  rows: readonly Measured[],
): (ratios: readonly number[]) => Float64Array {
  const n = rows.length;
  const fit = fitLaw(
    law,
    {
      name: role,
      role,
      unit: 'nats',
      n,
      inputs: inputsAt(rows.map(({ domainRatio }) => domainRatio)),
      loss: Float64Array.from(rows, ({ loss }) => loss),
      run: Int32Array.from(rows, (_, i) => i),
      base: new Int32Array(n),
    },
    new Float64Array(n).fill(1),
    { kind: 'squared', delta: undefined },
  );
  if (fit.kind !== 'fitted') throw new Error(`${law.id}: ${fit.kind}`);
  return (ratios) => {
    const kernel = bindLaw(law, inputsAt(ratios), role);
    const x = new Float64Array(kernel.m);
    const loss = new Float64Array(kernel.n);
    kernel.fromNatural(fit.natural, x);
    kernel.evaluate(x, loss, null);
    return loss;
  };
}

export function dcptTable5(): Section {
  const BASE = 2.8602;
  const PAPER = 0.924;
  const rows = published('d-cpt-2024/table5-chemistry.csv').map(
    (each): Measured => ({
      domainRatio: Number(each.domain_ratio),
      loss: Number(each.general_loss),
    }),
  );
  const limit = 1.03 * BASE;
  const found = (ratios: readonly number[], losses: ArrayLike<number>): number => {
    const at = crossing(interpolate(ratios, losses, 'linear'), limit);
    return at.kind === 'at' ? at.x : Number.NaN;
  };
  const predict = sliceOf(
    ratioSlice,
    'general',
    rows.filter(({ domainRatio }) => domainRatio !== PAPER),
  );
  // So fine that a straight line between two of them is the curve.
  const fine = Array.from({ length: 10_001 }, (_, i) => 0.9 + 1e-5 * i);
  const ofSlice = found(fine, predict(fine));
  const ofPoints = found(
    rows.map(({ domainRatio }) => domainRatio),
    rows.map(({ loss }) => loss),
  );
  return {
    title: 'D-CPT, table 5',
    method: `Chemistry, Qwen1.5-1.8B, 10B tokens (Que et al. 2024, arXiv 2406.01375, second hand): domain ratio at which general loss passes its base of ${BASE} by 3%. The slice law is ${ratioSlice.id}, ${ratioSlice.formula}, fitted without the row at ${PAPER}.`,
    head: ['what', 'measured', 'target'],
    rows: [
      row(
        Math.abs(ofSlice - 0.9235) <= 0.0015,
        `slice law, without the row at ${PAPER}`,
        ofSlice.toFixed(4),
        '0.9235 ± 0.0015',
      ),
      shown('straight lines between all rows, no law', ofPoints.toFixed(4), ''),
      shown("the paper's own law in size, tokens and ratio", String(PAPER), ''),
    ],
  };
}

export function cmrTable2(): Section {
  const HELD = 0.25;
  const rows = published('cmr-2024/table2-domain-loss.csv').map((each) => ({
    model: each.model,
    kind: each.kind,
    domainRatio: Number(each.domain_ratio),
    loss: Number(each.domain_loss),
  }));
  const models = [...new Set(rows.map(({ model }) => model))];
  return {
    title: 'CMR, table 2',
    method: `Domain loss of four models after 20B tokens (Gu et al. 2024, arXiv 2407.17467): a share of ${percent(HELD, 0)} predicted from the four larger ones by ${cmrSlice.id}, ${cmrSlice.formula}. Target: nearer than the paper's own prediction.`,
    head: ['model', 'predicted', 'measured', 'error', "paper's error"],
    rows: models.map((model) => {
      const of = rows.filter((each) => each.model === model);
      const shownToIt = of.filter((each) => each.kind === 'observed' && each.domainRatio !== HELD);
      const at = (kind: string) =>
        of.find((each) => each.kind === kind && each.domainRatio === HELD)?.loss ?? Number.NaN;
      const [predicted] = sliceOf(cmrSlice, 'domain', shownToIt)([HELD]);
      const error = Math.abs(predicted / at('observed') - 1);
      const papers = Math.abs(at('paper prediction') / at('observed') - 1);
      return row(
        error < papers,
        model,
        predicted.toFixed(4),
        at('observed').toFixed(4),
        percent(error, 3),
        percent(papers, 3),
      );
    }),
  };
}
