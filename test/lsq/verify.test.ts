import { describe, expect, it } from 'vitest';
import { robust } from '../../src/lsq/losses.ts';
import { solve } from '../../src/lsq/solve.ts';
import { verdicts, verify } from '../../src/lsq/verify.ts';
import { decay, decayData } from './models.ts';
import { nistProblems, residualsOf } from './nist.ts';

const { t, y } = decayData(30, [1.5, 2, 0.8], 0.05, 17);
const problem = decay(t, y);
const start = [1, 1, 1];

describe('a second solver', () => {
  it.each([
    ['plain', {}],
    ['weighted', { weights: { kind: 'relative', weight: t.map((value) => 1 + value) } }],
    ['counted', { weights: { kind: 'frequency', count: t.map((_, i) => 1 + (i % 3)) } }],
    ['robust', { loss: robust('softL1', 0.05) }],
    ['bounded', { bounds: { lower: [0, 0, 0.9], upper: [9, 9, 9] } }],
    ['in a corner', { bounds: { lower: [0, 0, 0.9], upper: [1.3, 1.8, 9] } }],
    ['all fixed', { bounds: { lower: [1.4, 2, 0.8], upper: [1.4, 2, 0.8] } }],
    ['with its first parameter fixed', { bounds: { lower: [1.4, -9, -9], upper: [1.4, 9, 9] } }],
  ] as const)('agrees: %s', (_, options) => {
    const ours = solve(problem, start, options);
    const theirs = verify(problem, ours, [1.2, 1.7, 1.1], options);
    expect(theirs.verdict).toBe('agrees');
    expect(theirs.standardErrorsApart).toBeLessThan(1e-3);
    expect(theirs.objective / ours.objective).toBeCloseTo(1, 6);
  });

  it('finds better what was stopped short', () => {
    const early = solve(problem, [3, 0.1, 2], { maxEvaluations: 3 });
    const theirs = verify(problem, early, start);
    expect(theirs.verdict).toBe('foundBetter');
    expect(theirs.objective).toBeLessThan(early.objective);
    expect(theirs.standardErrorsApart).toBeGreaterThan(0.05);
  });

  it('says that it settled elsewhere as well, in a mirrored optimum', () => {
    const nist = nistProblems.find(({ name }) => name === 'Eckerle4')!;
    const eckerle = residualsOf(nist);
    const ours = solve(eckerle, nist.start2);
    const mirrored = [-1.5, -4, 451];
    expect(verify(eckerle, ours, mirrored).verdict).toBe('equalElsewhere');
  });

  it('admits that it ended worse, or not at all', () => {
    const nist = nistProblems.find(({ name }) => name === 'BoxBOD')!;
    const box = residualsOf(nist);
    const ours = solve(box, nist.start2);
    expect(verify(box, ours, [170, 60]).verdict).toBe('endedWorse');
    expect(verify(box, ours, [170, Number.NaN]).verdict).toBe('didNotConverge');
  });

  it('has one sentence for every verdict', () => {
    for (const sentence of Object.values(verdicts)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});
