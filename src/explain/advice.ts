/** What to do about what an explanation shows, one line each; nothing that does not follow from its numbers. */
import type { ExplainedGroup, ExplanationDocument } from '../documents/explanation.ts';
import {
  boundsText,
  listed,
  outcomeText,
  paramsText,
  percentText,
  ratioChangeText,
  ratioText,
  tokensText,
} from './numbers.ts';

type Explanation = Omit<ExplanationDocument, 'advice'>;
type Layers = NonNullable<Explanation['spread']['critical']>['layers'];

/** A layer with less than this share of the variance narrows the interval by less than a tenth, and is not worth an effort. */
const WORTH_IT = 0.15;
/** Standard errors beyond which a group is acted on: among a hundred of them chance makes fewer than one. */
const FAR_OUT = 3;
/** Repeats that differ by less than this share of the run noise show that most of it is not luck. */
const MOSTLY_MISFIT = 0.5;
/** Names listed at most. */
const NAMES = 3;

export function adviceOn(explanation: Explanation): string[] {
  return [
    ...aboutInfluence(explanation),
    ...aboutLayers(explanation),
    ...aboutRuns(explanation),
    ...aboutRatios(explanation),
  ];
}

function aboutInfluence({ influence }: Explanation): string[] {
  if (influence === null) return [];
  const first = influence.runs[0];
  if (first.without === null)
    return [
      `Add a run like ${first.run}: without it the laws cannot be fitted at all, so that nothing checks it.`,
    ];
  if (influence.decides === null) return [];
  return [
    `Repeat ${influence.decides} with another seed before trusting the answer: without that run the critical ratio is ${outcomeText(first.without)}.`,
  ];
}

function aboutLayers({ spread, target, critical, residuals }: Explanation): string[] {
  if (spread.critical === null || critical.interval === null) return [];
  const here = critical.point.kind === 'at' ? ratioText(critical.point.ratio) : '';
  const model = paramsText(target.params);
  const asked = critical.interval;
  const set = residuals.find((each) => each.set === critical.binding) ?? residuals[0];
  const advice: Record<Layers[number]['layer'], (narrower: string) => string> = {
    run: (narrower) => runNoise(set, narrower),
    evaluation: (narrower) =>
      `Judge the new run by the mean of its last evaluations, or evaluate on more text: without that noise ${narrower}.`,
    parameters: (narrower) =>
      `More pilots around ratio ${here} pin the parameters down; at best ${narrower}.`,
    law: (narrower) =>
      `The laws disagree: a pilot where they part would choose between them; with one law ${narrower}.`,
    drift: (narrower) =>
      `A pilot nearer to ${model} params and ${tokensText(target.tokens)} tokens leaves less to extrapolate; at best ${narrower}.`,
    baseLoss: (narrower) => `Evaluate the ${model} base model once and give --base-loss: ${narrower}.`,
    baseModel: (narrower) =>
      `A short pilot from the ${model} base model itself shows what that base adds; at best ${narrower}.`,
  };
  return spread.critical.layers
    .filter(({ share }) => share >= WORTH_IT)
    .map(({ layer, without }) =>
      advice[layer](`the interval would be ${boundsText(without)} instead of ${boundsText(asked)}`),
    );
}

function runNoise({ noise, repeats, set }: Explanation['residuals'][number], narrower: string): string {
  if (repeats === null)
    return `Run-to-run noise is assumed, not measured: repeat one run in the middle of the ratios with two more seeds. Without it ${narrower}.`;
  if (repeats.sd < MOSTLY_MISFIT * noise.run) {
    const equal = repeats.sd === 0 ? 'no more than evaluation noise explains' : percentText(repeats.sd);
    return (
      `Runs scatter about the law of ${set} by ${percentText(noise.run)}, equal runs by ${equal}: what counts as run noise is mostly what the law ` +
      `misses. More seeds would not narrow it; another law, or a fit to the pilots around the answer, may: without it ${narrower}.`
    );
  }
  return `Run-to-run noise (${percentText(noise.run)} of the loss) is the luck of the run to come: no pilot takes it away, only a margin covers it.`;
}

/** What rounds to no change of a ratio at all. */
const isTiny = (change: number): boolean => Math.abs(change) < 0.0005;

function aboutRuns({ residuals, influence }: Explanation): string[] {
  const off = residuals
    .flatMap(({ groups }) => groups)
    .filter(isFarOut)
    .toSorted((a, b) => Math.abs(b.mean / b.standardError) - Math.abs(a.mean / a.standardError))
    .flatMap(({ key }) => (key.by === 'run' ? [key.run] : []));
  const names = [...new Set(off)].slice(0, NAMES);
  if (names.length === 0) return [];
  const pulls = names.map((name) => influence?.runs.find(({ run }) => run === name)?.change ?? null);
  const known = pulls.every((pull) => pull !== null);
  const one = names.length === 1;
  const pull = known
    ? ` Left out, ${one ? 'it moves' : 'they move'} the critical ratio by ${pulls.every(isTiny) ? 'less than 0.001' : listed(pulls.map(ratioChangeText))}.`
    : '';
  return [
    `Look into ${listed(names)} for a spike, a wrong checkpoint or another evaluation: the law is off there beyond noise.${pull}`,
  ];
}

function aboutRatios({ residuals }: Explanation): string[] {
  return residuals.flatMap(({ set, groups }) => {
    const off = groups
      .filter(isFarOut)
      .flatMap(({ key }) => (key.by === 'ratio' ? [String(key.domainRatio)] : []));
    if (off.length === 0) return [];
    return [
      `Trust the law of ${set} less near ratio ${listed(off)}: it misses what was measured there by more than noise. Compare with other laws (--law), or fit the ratios around the answer alone.`,
    ];
  });
}

function isFarOut({ mean, standardError }: ExplainedGroup): boolean {
  return Math.abs(mean) > FAR_OUT * standardError;
}
