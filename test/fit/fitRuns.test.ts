/** The whole fit, on the pilots that ship. */
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/documents/canonical.ts';
import { type FitDocument, type FitMember, fitSchema } from '../../src/documents/fit.ts';
import { fitRuns } from '../../src/fit/fitRuns.ts';
import { boxOf } from '../../src/fit/pilots.ts';
import { chinchilla } from '../../src/laws/chinchilla.ts';
import { Refusal } from '../../src/problems/problem.ts';
import type { Runs } from '../../src/runs/runs.ts';
import { fromText } from '../runs/tables.ts';
import { OPTIONS, shippedPilots } from './data.ts';

let runs: Runs;
let fit: FitDocument;
beforeAll(async () => {
  runs = await shippedPilots();
  fit = fitRuns(runs, OPTIONS);
});

describe('the document', () => {
  it('is one by its own schema', () => {
    expect(fitSchema.safeParse(fit).error).toBeUndefined();
  });

  it('is the same to the byte when made again', () => {
    expect(canonicalJson(fitRuns(runs, OPTIONS))).toBe(canonicalJson(fit));
  });

  it('has other draws and the same point for another seed', () => {
    const other = fitRuns(runs, { ...OPTIONS, seed: 2, draws: 3 });
    expect(
      other.evals.map(({ members }) => members.map(({ parameters }) => parameters.map((p) => p.value))),
    ).toEqual(
      fit.evals.map(({ members }) => members.map(({ parameters }) => parameters.map((p) => p.value))),
    );
    expect(other.draws.evals[0].parameters[0]).not.toEqual(fit.draws.evals[0].parameters[0]);
  });

  it('has the first draws of a longer list', () => {
    const fewer = fitRuns(runs, { ...OPTIONS, draws: 7 });
    fewer.draws.evals.forEach(({ parameters, member }, e) => {
      expect(parameters).toEqual(fit.draws.evals[e].parameters.slice(0, 7));
      expect(member).toEqual(fit.draws.evals[e].member.slice(0, 7));
    });
  });

  it('holds the observations that were fitted, what was set aside and the span', () => {
    const { observations, setAside, range, bases } = fit.pilots;
    expect(observations.tokens).toEqual([...runs.tokens]);
    expect(observations.loss.general).toEqual([...runs.evals[0].loss]);
    expect(setAside).toHaveLength(runs.setAside.length);
    expect(range).toEqual({
      params: [55680, 332928],
      tokens: [499712, Math.max(...runs.tokens)],
      domainRatio: [0, 1],
    });
    expect(bases.map(({ id }) => id)).toEqual(['gpt-55k', 'gpt-148k', 'gpt-333k']);
    expect(boxOf(runs)).toEqual(range);
  });

  it('has intervals around the point for parameters that were fitted and drawn', () => {
    for (const { members } of fit.evals) {
      for (const { parameters } of members.filter(({ weight }) => weight > 0.5)) {
        for (const { value, interval, pinned, atBound } of parameters) {
          if (pinned) expect(interval).toBeNull();
          else if (atBound === null) expect(interval![0] <= value && value <= interval![1]).toBe(true);
        }
      }
    }
  });
});

describe('the competition', () => {
  it('has weights that sum to 1, best first, and draws that follow them', () => {
    fit.evals.forEach(({ members }, e) => {
      const weights = members.map(({ weight }) => weight);
      expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(weights).toEqual(weights.toSorted((a, b) => b - a));
      const { member } = fit.draws.evals[e];
      weights.forEach((weight, at) => {
        const share = member.filter((each) => each === at).length / member.length;
        expect(Math.abs(share - weight)).toBeLessThan(0.02);
      });
    });
  });

  it('is won by the laws of change, below D-CPT L3 in size and tokens on both sets', () => {
    for (const { role, members } of fit.evals) {
      const [change] = members;
      const dcpt = members.find(({ law }) => law === 'd-cpt-l3')!;
      expect(change.law).toMatch(`change-${role}`);
      for (const direction of ['size', 'tokens'] as const) {
        const error = ({ holdout }: FitMember) =>
          holdout.find((each) => each.direction === direction)!.error!;
        expect(error(change)).toBeLessThan(error(dcpt));
      }
    }
  });

  it('fits the laws that are asked for and no others', () => {
    const only = fitRuns(runs, { ...OPTIONS, laws: [chinchilla], draws: 0 });
    expect(only.evals.map(({ members }) => members.map(({ law, weight }) => [law, weight]))).toEqual([
      [['chinchilla', 1]],
      [['chinchilla', 1]],
    ]);
    expect(only.draws).toMatchObject({ count: 0, notConverged: 0 });
    expect(fitSchema.safeParse(only).error).toBeUndefined();
  });
});

it('sees the run noise of the repeats that the pilots contain', () => {
  for (const { noise } of fit.evals) {
    // Repeats differ by 0.2 to 0.4% of the loss; runs scatter about the law by a little more.
    expect(noise.run).toBeGreaterThan(0.002);
    expect(noise.run).toBeLessThan(0.008);
    expect(noise.priorShare).toBeLessThan(0.3);
  }
});

it('refuses with the needs of every law where none can be fitted', () => {
  const few = fromText(
    [
      'run,params,tokens,domain_ratio,loss_general,loss_domain',
      'a,1000,1000,0.5,2,3',
      'a,1000,2000,0.5,2.1,2.9',
    ].join('\n'),
  );
  try {
    fitRuns(few, OPTIONS);
    throw new Error('nothing was refused');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.exitStatus).toBe(1);
    expect(error.problems.map(({ code }) => code)).toEqual(['no-law-fits']);
    for (const law of ['change-general', 'd-cpt-l3', 'chinchilla']) expect(error.message).toContain(law);
  }
});
