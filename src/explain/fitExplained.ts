/** Why a fit answers as it does, in words, tables and small bars, from the document alone. */
import type { ExplainedGroup, ExplainedLayer, ExplanationDocument } from '../documents/explanation.ts';
import { normalQuantile } from '../stats/normal.ts';
import { displayNumber } from '../units/number.ts';
import { barScale, centredBar, shareBar } from './bars.ts';
import { noiseAsRatioText } from './noise.ts';
import {
  boundsText,
  listed,
  lossText,
  outcomeText,
  paramsText,
  percentText,
  ratioChangeText,
  ratioText,
  shareText,
  tokensText,
  toleranceText,
} from './numbers.ts';
import type { Column, Section } from './section.ts';

type Layer = ExplainedLayer['layer'];
type Residuals = ExplanationDocument['residuals'][number];

/** Runs shown in a table, unless more of them stand out. */
const RUNS_SHOWN = 5;
/** Groups told in a sentence each. */
const TOLD = 6;

/** Layers told in the answer; the table has all. */
const TOLD_SHARE = 0.05;

const LAYER_NAMES: Readonly<Record<Layer, string>> = {
  parameters: 'parameters of the law',
  law: 'choice of law',
  drift: 'drift beyond the pilots',
  baseLoss: 'assumed base loss',
  baseModel: 'effect of a new base model',
  run: 'noise of the new run',
  evaluation: 'noise of one evaluation',
};

export function explainFitExplained(document: ExplanationDocument): Section[] {
  return [
    answer(document),
    ...advice(document),
    ...spread(document),
    ...influence(document),
    ...document.residuals.map(residuals),
  ];
}

function answer(document: ExplanationDocument): Section {
  return {
    sentences: [
      criticalText(document),
      ...dominatedText(document),
      ...influenceText(document),
      residualsText(document),
      ...noiseText(document),
    ],
  };
}

export function criticalText({ target, critical, level, searched }: ExplanationDocument): string {
  const { params, tokens, tolerance } = target;
  const kept = listed(Object.entries(tolerance).map(([set, { accepted }]) => toleranceText(set, accepted)));
  const where = `${paramsText(params)} params and ${tokensText(tokens)} tokens`;
  const { point, interval, meanInterval } = critical;
  if (point.kind !== 'at') {
    const [least, greatest] = searched;
    return point.kind === 'none'
      ? `At ${where} no pilot ratio keeps ${kept}, not even the lowest, ${least}: there is no critical ratio to explain.`
      : `At ${where} every pilot ratio keeps ${kept}, even the highest, ${greatest}: there is no critical ratio to explain.`;
  }
  const sure =
    interval === null
      ? 'without draws there is no interval'
      : `${shareText(level)} of new runs reach it in ${boundsText(interval)}, ${shareText(level)} of curves in ${boundsText(meanInterval)}`;
  return `At ${where} the critical domain ratio that keeps ${kept} is ${ratioText(point.ratio)}; ${sure}.`;
}

export function dominatedText({ spread: { critical } }: ExplanationDocument): string[] {
  if (critical === null || critical.layers.length === 0) return [];
  const percents = wholePercents(critical.layers);
  const parts = critical.layers
    .filter(({ share }) => share >= TOLD_SHARE)
    .map(({ layer }, at) => `${percents.get(layer)} ${at === 0 ? 'is ' : ''}${LAYER_NAMES[layer]}`);
  return [`Of the variance of new runs ${listed(parts)}.`];
}

export function influenceText({ influence: found, critical, level }: ExplanationDocument): string[] {
  if (found === null || found.runs.length === 0) return [];
  const [{ run, change, without, halfWidths }] = found.runs;
  if (change === null || without === null) return [`Without ${run} the laws cannot be fitted.`];
  const part = halfWidths === null ? '' : ` (${Math.abs(halfWidths).toFixed(2)} half widths of the interval)`;
  const by = `by ${ratioChangeText(change)}${part}`;
  if (found.decides === null) {
    const decisive = critical.meanInterval === null ? '' : 'No single run decides the answer: ';
    return [`${decisive}${run} moves it most when left out, ${by}.`];
  }
  return [
    `One run decides the answer: without ${run} it moves ${by}, out of where ${shareText(level)} of curves reach it.`,
  ];
}

export function residualsText({ residuals: sets }: ExplanationDocument): string {
  const groups = sets.flatMap((set) => set.groups);
  const out = groups.filter(({ standsOut }) => standsOut).length;
  const chance = sets.reduce((sum, { byChance }) => sum + byChance, 0);
  return `Of ${groups.length} groups of residuals ${out} stand${out === 1 ? 's' : ''} out by more than two standard errors; noise alone would make ${chance < 1 ? 'fewer than one' : `about ${Math.round(chance)}`}.`;
}

function noiseText({ noiseAsRatio }: ExplanationDocument): string[] {
  return noiseAsRatio === null ? [] : [noiseAsRatioText(noiseAsRatio)];
}

export function spread({ spread: { critical, losses }, level }: ExplanationDocument): Section[] {
  const varying = losses.filter(({ layers }) => layers.length > 0);
  const ofCritical = critical?.layers ?? [];
  const all = [
    ...new Set([ofCritical, ...varying.map(({ layers }) => layers)].flat().map(({ layer }) => layer)),
  ];
  if (all.length === 0) return [];
  const columns: Column[] = [{ title: '', align: 'left' }];
  const cells: ((layer: Layer) => string)[] = [(layer) => LAYER_NAMES[layer]];
  if (ofCritical.length > 0) {
    const percents = wholePercents(ofCritical);
    const found = (layer: Layer) => ofCritical.find((each) => each.layer === layer);
    columns.push(
      { title: 'critical ratio', align: 'right' },
      { title: '', align: 'left' },
      { title: `${shareText(level)} without it`, align: 'left' },
    );
    cells.push(
      (layer) => percents.get(layer) ?? '',
      (layer) => shareBar(found(layer)?.share ?? 0),
      (layer) => boundsText(found(layer)?.without ?? null),
    );
  }
  for (const { set, layers } of varying) {
    const percents = wholePercents(layers);
    columns.push({ title: set, align: 'right' });
    cells.push((layer) => percents.get(layer) ?? '');
  }
  const sentences = [
    'Each layer of chance is switched off in the same draws, averaged over every order of doing so.',
  ];
  if (varying.length > 0) {
    const said = varying.map(({ set, loss, sd }) => `${set} ${lossText(loss)} ± ${lossText(sd)}`);
    sentences.push(
      `Losses at domain ratio ${ratioText(varying[0].domainRatio)}, with one standard deviation: ${listed(said)}.`,
    );
  }
  return [
    {
      title: 'What the intervals are made of: shares of the variance of new runs',
      sentences,
      table: { columns, rows: all.map((layer) => cells.map((cell) => cell(layer))) },
    },
  ];
}

export function influence({ influence: found, level, critical }: ExplanationDocument): Section[] {
  if (found === null || found.runs.length === 0) return [];
  const shown = found.runs.slice(0, RUNS_SHOWN);
  const most = Math.max(...shown.map(({ change }) => Math.abs(change ?? 0)));
  const sentences: string[] = [];
  if (found.jackknife !== null && critical.meanInterval !== null) {
    const [low, high] = critical.meanInterval;
    const reach = normalQuantile((1 + level) / 2) * found.jackknife;
    sentences.push(
      `Leaving out one run at a time, which believes in no model of noise, puts ${shareText(level)} of curves within ±${ratioText(reach)}; ` +
        `the draws put them within ±${ratioText((high - low) / 2)}.`,
    );
  }
  return [
    {
      title: 'How far the critical ratio moves without a run',
      sentences,
      table: {
        columns: [
          { title: 'left out', align: 'left' },
          { title: 'params', align: 'right' },
          { title: 'ratio', align: 'right' },
          { title: 'critical', align: 'right' },
          { title: 'moved by', align: 'right' },
          { title: '', align: 'left' },
          ...(critical.interval === null ? [] : [{ title: 'half widths', align: 'right' as const }]),
        ],
        rows: [
          ...shown.map(({ run, params, domainRatio, without, change, halfWidths }) => [
            run,
            paramsText(params),
            String(domainRatio),
            without === null ? 'not fitted' : outcomeText(without),
            change === null ? '' : ratioChangeText(change),
            change === null ? '' : centredBar(change, 0, most),
            ...(critical.interval === null ? [] : [halfWidths?.toFixed(2).replace('-', '−') ?? '']),
          ]),
          ...(found.runs.length > shown.length
            ? [
                [`${found.runs.length - shown.length} others`, '', '', '', 'less', ''].concat(
                  critical.interval === null ? [] : [''],
                ),
              ]
            : []),
        ],
      },
    },
  ];
}

function residuals({ set, noise, repeats, groups }: Residuals): Section {
  const runs = farthest(groups.filter(({ key }) => key.by === 'run'));
  const outstanding = runs.filter(({ standsOut }) => standsOut).length;
  const shown = [
    ...groups.filter(({ key }) => key.by !== 'run'),
    ...runs.slice(0, Math.max(RUNS_SHOWN, outstanding)),
  ];
  const limit = Math.max(...shown.map(({ mean }) => Math.abs(mean)));
  const out = farthest(groups.filter(({ standsOut }) => standsOut));
  const repeated =
    repeats === null
      ? 'no run was repeated'
      : repeats.sd === 0
        ? 'runs that differ in the seed alone differ by no more than evaluation noise explains'
        : `runs that differ in the seed alone differ by ${percentText(repeats.sd)}`;
  return {
    title: `${set}: how far the law lies above (+) or below (−) what was measured, % of the loss`,
    sentences: [
      `Believed noise: ${percentText(noise.evaluation)} an evaluation, ${percentText(noise.run)} a run, ${percentText(noise.base)} a base model; ${repeated}. Dots reach to two standard errors.`,
      ...out.slice(0, TOLD).map(standsOutText),
      ...(out.length > TOLD ? [`${out.length - TOLD} more stand out less.`] : []),
    ],
    table: {
      columns: [
        { title: '', align: 'left' },
        { title: 'runs', align: 'right' },
        { title: 'evals', align: 'right' },
        { title: 'mean', align: 'right' },
        { title: barScale(percentText(limit)), align: 'left' },
        { title: 'std errors', align: 'right' },
        { title: 'spread', align: 'right' },
      ],
      rows: shown.map((group) => [
        nameOf(group),
        String(group.runs),
        String(group.observations),
        signedPercent(group.mean),
        centredBar(group.mean, 2 * group.standardError, limit),
        standardErrorsText(group),
        `${(100 * group.spread).toFixed(2)}%`,
      ]),
    },
  };
}

export function advice({ advice: lines }: ExplanationDocument): Section[] {
  return lines.length === 0 ? [] : [{ title: 'What to do about it', sentences: lines }];
}

/** `The law lies 0.86% too high for run 333k-r090 (2.4 standard errors).` */
function standsOutText(group: ExplainedGroup): string {
  const { key, mean, standardError } = group;
  const where: string =
    key.by === 'run'
      ? `for run ${key.run}`
      : key.by === 'ratio'
        ? `at domain ratio ${key.domainRatio}`
        : key.by === 'size'
          ? `at ${paramsText(key.params)} params`
          : `at ${nameOf(group)}, against the mean of each run`;
  const apart = displayNumber(Math.abs(mean / standardError), 2);
  return `The law lies ${percentText(Math.abs(mean))} too ${mean > 0 ? 'high' : 'low'} ${where} (${apart} standard errors).`;
}

function nameOf({ key }: ExplainedGroup): string {
  switch (key.by) {
    case 'size':
      return `${paramsText(key.params)} params`;
    case 'ratio':
      return `ratio ${key.domainRatio}`;
    case 'tokens':
      return `${tokensText(key.from)} to ${tokensText(key.to)} tokens`;
    case 'run':
      return `run ${key.run}`;
  }
}

/** In order of standard errors, the largest first. */
function farthest(groups: readonly ExplainedGroup[]): ExplainedGroup[] {
  return groups.toSorted((a, b) => Math.abs(b.mean / b.standardError) - Math.abs(a.mean / a.standardError));
}

function standardErrorsText({ mean, standardError, standsOut }: ExplainedGroup): string {
  if (standardError === 0) return '';
  const text = (mean / standardError).toFixed(1).replace('-', '−');
  return `${text}${standsOut ? ' *' : '  '}`;
}

function signedPercent(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)}%`;
}

/**
 * Shares of a variance in whole per cent, which is as well as draws know them. What is lost by rounding down goes to those
 * that lost most, so that they still sum to 100%.
 */
function wholePercents(layers: readonly ExplainedLayer[]): Map<Layer, string> {
  const whole = layers.map(({ share }) => Math.floor(100 * share));
  const missing = 100 - whole.reduce((a, b) => a + b, 0);
  const lost = (at: number): number => 100 * layers[at].share - whole[at];
  for (const at of [...layers.keys()].sort((a, b) => lost(b) - lost(a)).slice(0, missing)) whole[at] += 1;
  return new Map(
    layers.map(({ layer }, at) => [layer, whole[at] === 0 ? '<1%' : `${whole[at]}%`.replace('-', '−')]),
  );
}
