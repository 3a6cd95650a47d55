/** Plans that reports are made of in tests, from the fit that ships, made by the program itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Chart } from '../../src/charts/chart.ts';
import type { FitDocument } from '../../src/documents/fit.ts';
import type { PlanDocument } from '../../src/documents/plan.ts';
import type { UnpilotedPlanDocument } from '../../src/documents/unpiloted.ts';
import type { WatchDocument } from '../../src/documents/watch.ts';
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
  /** Within the pilots, base losses measured, as long as the longest pilot but for a rounding. */
  near: [fitPath, '--params', '333k', '--budget', '5M tokens', '--tolerance', '3%'],
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

/**
 * Writes the log of a run that carries out a plan and returns its path.
 * @param share of the planned tokens that it has
 * @param rise of its general loss from 30% of the tokens on
 */
export async function logFile(name: PlanName, share: number, rise = 0): Promise<string> {
  const plan = await planFile(name);
  const { tokens } = readJson<PlanDocument>(plan).runs[0];
  const { stdout } = await mixplan(['simulate', plan, '--seed', '4']);
  const [header, ...rows] = stdout.trimEnd().split('\n');
  const column = (wanted: string): number => header.split(',').indexOf(wanted);
  const cells = rows.map((row) => row.split(','));
  const kept = cells.filter((row) => Number(row[column('tokens')]) <= share * tokens);
  for (const row of kept)
    if (Number(row[column('tokens')]) > 0.3 * tokens)
      row[column('loss_general')] = String(Number(row[column('loss_general')]) * (1 + rise));
  const path = file.path(`${name}-${share}-${rise}.csv`);
  writeFileSync(path, [header, ...kept.map((row) => row.join(',')), ''].join('\n'));
  return path;
}

/** What watching such a run says. */
export async function watchedOf(name: PlanName, share: number, rise = 0): Promise<WatchDocument> {
  const log = await logFile(name, share, rise);
  const { stdout, stderr } = await mixplan(['watch', await planFile(name), log, '--json']);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as WatchDocument;
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
export const shippedFit = (): FitDocument => readJson<FitDocument>(fitPath);

export async function reportOf(name: PlanName): Promise<Report> {
  const plan = readJson<PlanDocument | UnpilotedPlanDocument>(await planFile(name));
  return plan.basis === 'fit' ? planReport(plan, shippedFit()) : unpilotedReport(plan);
}

export const reportOfFit = (): Report => fitReport(shippedFit());

export const chartsOf = (report: Report): Chart[] => report.parts.flatMap(({ charts }) => charts);
