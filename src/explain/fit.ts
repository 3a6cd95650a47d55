/** A fit in words and tables, from the document alone. */
import type { FitDocument, FitMember } from '../documents/fit.ts';
import { displayNumber } from '../units/number.ts';
import { listed, paramsText, percentText, shareText, tokensText } from './numbers.ts';
import type { Section } from './section.ts';

type Holdout = FitMember['holdout'][number];

export function explainFit(fit: FitDocument): Section[] {
  return [
    answer(fit),
    ...fit.evals.flatMap((each) => [rivals(each), parameters(fit, each)]),
    noise(fit),
    pilots(fit),
  ];
}

function answer(fit: FitDocument): Section {
  const sentences = fit.evals.map(({ name, members }) => {
    const chosen = members.filter(({ weight }) => weight > 0);
    const best = chosen[0];
    const size = meanHoldout(best, 'size');
    const tokens = meanHoldout(best, 'tokens');
    const errors = [
      size === null ? [] : [`${errorText(size)} on a size left out`],
      tokens === null ? [] : [`${errorText(tokens)} on the last half of the tokens`],
    ].flat();
    const laws = listed(
      chosen.map(({ law, weight }) =>
        chosen.length === 1 ? law : `${law} (${shareText(weight)} of the draws)`,
      ),
    );
    const whose = chosen.length === 1 ? '' : `${best.law} is `;
    return `${name}: best predicted by ${laws}${errors.length === 0 ? '' : `; ${whose}off by ${listed(errors)}`}.`;
  });
  return { sentences };
}

export function rivals({ name, members, notFitted }: FitDocument['evals'][number]): Section {
  const ratios = members[0].holdout.filter(({ direction }) => direction === 'ratio');
  const columns = [
    { title: 'law', align: 'left' as const },
    { title: 'weight', align: 'right' as const },
    { title: 'size out', align: 'right' as const },
    { title: 'tokens out', align: 'right' as const },
    ...ratios.map(({ left }) => ({ title: `R ${left.ratio} out`, align: 'right' as const })),
    { title: 'starts', align: 'right' as const },
  ];
  const rows = members.map((member) => {
    const of = (direction: Holdout['direction'], ratio?: number): string => {
      const found = member.holdout.find((each) => each.direction === direction && each.left.ratio === ratio);
      return found === undefined ? '' : errorText(found.error);
    };
    return [
      member.law,
      shareText(member.weight),
      of('size'),
      of('tokens'),
      ...ratios.map(({ left }) => of('ratio', left.ratio)),
      `${member.starts.agreeing}/${member.starts.tried}`,
    ];
  });
  return {
    title: `${name}: mean relative error on what was left out`,
    table: { columns, rows },
    sentences: [
      ...members.flatMap((member) => driftText(member) ?? []),
      ...notFitted.map(({ law, reason }) => `${law} was not fitted: it ${reason}.`),
    ],
  };
}

/** Where a law's intervals widen beyond the pilots by more than its parameters explain. */
function driftText({ law, weight, discrepancy }: FitMember): string | undefined {
  if (weight === 0) return undefined;
  const parts = (
    [
      ['tokens', 'of tokens'],
      ['params', 'of size'],
    ] as const
  ).flatMap(([direction, what]) => {
    const drifting = discrepancy[direction].byRatio.filter(({ perEfold }) => perEfold > 0);
    if (drifting.length === 0) return [];
    const most = Math.max(...drifting.map(({ perEfold }) => perEfold));
    const where = listed(drifting.map(({ ratio }) => String(ratio)));
    return [`by up to ${percentText(most)} of the loss per e-fold ${what} (seen at ratio ${where})`];
  });
  if (parts.length === 0) return `${law} was off on what was left out by no more than noise explains.`;
  return `Beyond the pilots the intervals of ${law} widen ${listed(parts)}: it was off there by more than noise explains.`;
}

export function parameters(fit: FitDocument, { name, members }: FitDocument['evals'][number]): Section {
  const best = members[0];
  return {
    title: `${name}: ${best.law}`,
    formula: best.formula,
    table: {
      columns: [
        { title: 'parameter', align: 'left' },
        { title: 'value', align: 'right' },
        { title: `${shareText(fit.level)} interval`, align: 'left' },
        { title: 'unit', align: 'left' },
      ],
      rows: best.parameters.map(({ name: parameter, value, interval, unit, atBound, pinned }) => [
        parameter,
        displayNumber(value),
        pinned
          ? 'pinned'
          : atBound !== null
            ? `at its ${atBound} bound`
            : interval === null
              ? ''
              : `[${displayNumber(interval[0], 3)}, ${displayNumber(interval[1], 3)}]`,
        unit,
      ]),
    },
  };
}

export function noise(fit: FitDocument): Section {
  return {
    title: 'Noise, standard deviation as a share of the loss',
    table: {
      columns: [
        { title: 'set', align: 'left' },
        { title: 'one evaluation', align: 'right' },
        { title: 'autocorrelation', align: 'right' },
        { title: 'one run', align: 'right' },
        { title: 'one base', align: 'right' },
        { title: 'from priors', align: 'right' },
      ],
      rows: fit.evals.map(({ name, noise: layers }) => [
        name,
        percentText(layers.evaluation),
        layers.rho.toFixed(2),
        percentText(layers.run),
        percentText(layers.base),
        percentText(layers.priorShare),
      ]),
    },
  };
}

export function pilots({
  pilots: { runs, bases, observations, setAside, range },
  draws,
}: FitDocument): Section {
  const span = ([from, to]: readonly number[], text: (value: number) => string): string =>
    from === to ? text(from) : `${text(from)} to ${text(to)}`;
  const simulated = runs.filter((run) => run.simulated).length;
  return {
    title: 'Pilots',
    sentences: [
      `${runs.length} runs from ${bases.length} base models${simulated === 0 ? '' : ` (${simulated} simulated)`}: ${observations.run.length} evaluations fitted, ${setAside.length} set aside.`,
      `They span ${span(range.params, paramsText)} params, ${span(range.tokens, tokensText)} tokens, domain ratio ${span(range.domainRatio, (ratio) => displayNumber(ratio, 3))}; anything outside is extrapolated.`,
      draws.count === 0
        ? 'No draws, so no intervals.'
        : `${draws.count} refits to replicates of the pilots (${draws.resampling}).`,
    ],
  };
}

function meanHoldout(member: FitMember, direction: Holdout['direction']): number | null {
  const errors = member.holdout.filter((each) => each.direction === direction).map(({ error }) => error);
  const known = errors.filter((error) => error !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}

function errorText(error: number | null): string {
  return error === null ? 'not identified' : `${(100 * error).toFixed(2)}%`;
}
