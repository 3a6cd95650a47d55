/** Plans that reports are made of in tests, from the fit that ships, made by the program itself. */
import { readFileSync } from 'node:fs';
import type { Chart } from '../../src/charts/chart.ts';
import type { FitDocument } from '../../src/documents/fit.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import type { UnpilotedPlanDocument } from '../../src/documents/unpiloted.ts';
import { fitReport, planReport, type Report, unpilotedReport } from '../../src/report/parts.ts';
import { mixplan } from '../cli/harness.ts';
import { fitPath, scratch } from '../cli/pilots.ts';

export const file = scratch();

const questions = {
  /** Beyond the pilots in size and tokens, base losses assumed. */
  far: [
    fitPath,
    '--params',
    '788k',
    '--budget',
    '0.25gpu-h',
    '--throughput',
    '12000tok/s',
    '--tolerance',
    '3%',
    '--assume-base-from-size-law',
  ],
  /** With other budgets, and a corpus that is repeated. */
  curve: [
    fitPath,
    '--params',
    '333k',
    '--budget',
    '0.25gpu-h',
    '--throughput',
    '12000tok/s',
    '--tolerance',
    '3%',
    '--corpus',
    'domain=1M',
    '--curve',
  ],
  published: ['fits/published/cmr-2024-finance-3.1b.law.json', '--budget', '512gpu-h', '--gpu', 'h100-sxm'],
  assumed: [
    '--no-pilots',
    '--shift',
    'strong',
    '--budget',
    '512gpu-h',
    '--gpu',
    'h100-sxm',
    '--model',
    'llama-3.1-8b',
  ],
} as const;

export type PlanName = keyof typeof questions;

/** Writes a plan and returns its path. */
export async function planFile(name: PlanName): Promise<string> {
  const path = file.path(`${name}.json`);
  const { status, stderr } = await mixplan(['plan', ...questions[name], '-o', path, '--force', '--quiet']);
  if (status !== 0) throw new Error(stderr);
  return path;
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
export const shippedFit = (): FitDocument => readJson<FitDocument>(fitPath);

export async function reportOf(name: PlanName): Promise<Report> {
  const plan = readJson<PlanDocument | UnpilotedPlanDocument>(await planFile(name));
  return plan.basis === 'fit' ? planReport(plan, shippedFit()) : unpilotedReport(plan);
}

export const reportOfFit = (): Report => fitReport(shippedFit());

export const chartsOf = (report: Report): Chart[] => report.parts.flatMap(({ charts }) => charts);
