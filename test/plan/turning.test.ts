/** Plans by turning point, on the fit that ships. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitSchema } from '../../src/documents/fit.ts';
import { type PlanDocument, planSchema } from '../../src/documents/plan.ts';
import { baseLosses } from '../../src/mixture/baseLoss.ts';
import { plannedRatio } from '../../src/mixture/critical.ts';
import { domainObjective } from '../../src/mixture/objective.ts';
import { makePredictor } from '../../src/mixture/predictor.ts';
import { turningPointRatio } from '../../src/mixture/turningPoint.ts';
import { domainLosses, search } from '../../src/plan/search.ts';
import { searchBy } from '../../src/plan/turning.ts';
import { tolerance } from '../../src/units/tolerance.ts';
import { mixplan } from '../cli/harness.ts';
import { codesOf, edited, fitPath, scratch, size } from '../cli/pilots.ts';
import { UNLIMITED } from './questions.ts';

const file = scratch();
const fit = fitSchema.parse(JSON.parse(readFileSync(fitPath, 'utf8')));
const params = fit.pilots.range.params[1];
const base = baseLosses(fit, params, {}, false);
const predictor = makePredictor(fit, { params, base });
/** So wide that the peak decides, and not where the run ends. */
const constraints = [{ evalIndex: 0, tolerance: tolerance.parse('20%') }];
const question = {
  constraints,
  confidence: 0.9,
  objective: domainObjective(fit),
  corpora: UNLIMITED,
  reference: base.map(({ loss }) => loss),
};

/** Draws that have turned and end within tolerance at each of 300 ratios up to one, without interpolation, as a share of all. */
function shareTurned(tokens: number, from: number, to: number): number {
  const ratios = Float64Array.from({ length: 300 }, (_, i) => from + ((to - from) * i) / 299);
  const n = ratios.length;
  const [before, here, after] = [1 - 1e-4, 1, 1 + 1e-4].map(
    (part) => predictor.atTokens(part * tokens).losses(0, ratios).draws,
  );
  const holds = (k: number): boolean =>
    ratios.every((_, i) => {
      const loss = here[k * n + i] * predictor.newRun[0][k];
      const rises = after[k * n + i] > before[k * n + i] && loss > predictor.base[0][k];
      return !rises && loss <= predictor.base[0][k] * 1.2;
    });
  return Array.from({ length: predictor.count }, (_, k) => holds(k)).filter(Boolean).length / predictor.count;
}

describe('a plan by turning point', () => {
  it.each([2e6, 5e6])('of %s tokens is no worse than the best of a whole grid, and acceptable', (most) => {
    const found = search(searchBy('turning-point', predictor, question), most);
    if (found.kind !== 'found') throw new Error('no plan');
    const { tokens, domainRatio, domainLoss } = found.best;
    const safe = (at: number): number =>
      plannedRatio(turningPointRatio(predictor, at, constraints), 0.9, fit.pilots.range.domainRatio);
    expect(domainRatio).toBeLessThanOrEqual(safe(tokens) + 1e-9);
    expect(tokens).toBeLessThanOrEqual(most);
    const best = Array.from({ length: 12 }, (_, i) => {
      const at = 5e5 * (most / 5e5) ** (i / 11);
      const highest = safe(at);
      const ratios = Float64Array.from({ length: 50 }, (__, j) => (highest * (j + 1)) / 50);
      return highest === 0 ? 1 : Math.min(...domainLosses(predictor.atTokens(at), ratios, question));
    });
    expect(domainLoss).toBeLessThanOrEqual(Math.min(...best) * 1.001);
    // By tolerance alone far more of the domain would do.
    const byEnd = search(searchBy('tolerance', predictor, question), most);
    if (byEnd.kind !== 'found') throw new Error('no plan');
    expect(byEnd.best.domainRatio).toBeGreaterThan(domainRatio + 0.05);
  });

  it.each([2e6, 3.3e6, 5e6])(
    'at %s tokens has the very ratio up to which enough draws have turned',
    (tokens) => {
      const found = searchBy('turning-point', predictor, question).exactly(tokens);
      if (found === undefined) throw new Error('no ratio');
      const [least, greatest] = fit.pilots.range.domainRatio;
      const { critical } = found;
      const ratio = plannedRatio(critical, 0.9, [least, greatest]);
      expect(ratio).toBeGreaterThan(least);
      expect(ratio).toBeLessThan(greatest);
      expect(shareTurned(tokens, least, ratio - 1e-6)).toBeGreaterThan(0.9);
      expect(shareTurned(tokens, least, ratio + 1e-6)).toBeLessThanOrEqual(0.9);
    },
  );

  const ask = (path: string, ...options: readonly string[]) =>
    mixplan(['plan', path, ...size, '--definition', 'turning-point', ...options]);

  it('accepts a rise of 0.05 nats unless told otherwise, and says by what it is acceptable', async () => {
    const { status, stdout } = await ask(fitPath, '--budget', '5Mtokens', '-o', file.path('plan.json'));
    expect(status).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'General loss of a new run has stopped rising before the end, and ends with general within 0.05 nats of its base, in 9',
    );
    expect(stdout).toContain('turned, within tolerance');
    const { stdout: text } = await ask(fitPath, '--budget', '5Mtokens', '-o', '-');
    const plan = planSchema.parse(JSON.parse(text)) as PlanDocument;
    expect(plan.critical.definition).toBe('turning-point');
    expect(plan.constraints.tolerance).toEqual({ general: { kind: 'absolute', nats: 0.05 } });
    expect(plan.command).toContain('--definition turning-point');
  });

  it('is refused where nothing has turned, and where the law has no peak', async () => {
    const early = await ask(
      fitPath,
      '--budget',
      '60ktokens',
      '--tolerance',
      '0.0001nats',
      '-o',
      '-',
      '--json',
    );
    expect({ status: early.status, codes: codesOf(early.stderr) }).toEqual({
      status: 1,
      codes: ['nothing-turned'],
    });
    const monotone = await edited((changed) => {
      changed.draws.count = 0;
      changed.evals.forEach((set, e) => {
        for (const member of set.members) member.weight = member.law === 'd-cpt-l3' ? 1 : 0;
        changed.draws.evals[e] = { member: [], parameters: [] };
      });
    });
    const path = await file.put('monotone.fit.json', monotone);
    const refused = await ask(path, '--budget', '5Mtokens', '-o', '-', '--json');
    expect({ status: refused.status, codes: codesOf(refused.stderr) }).toEqual({
      status: 1,
      codes: ['turning-point-undefined'],
    });
  });

  it('of a published curve is what it has, and by tolerance it has none', async () => {
    const curve = fitPath.replace('pilots-kernel-c.fit.json', 'published/cmr-2024-finance-3.1b.law.json');
    const bought = ['--budget', '20Btokens', '-o', '-', '--json'];
    expect((await mixplan(['plan', curve, '--definition', 'turning-point', ...bought])).status).toBe(0);
    const refused = await mixplan(['plan', curve, '--definition', 'tolerance', ...bought]);
    expect({ status: refused.status, codes: codesOf(refused.stderr) }).toEqual({
      status: 2,
      codes: ['options-exclude'],
    });
  });
});
