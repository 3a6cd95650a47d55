import { refuseUnwritable, writeAtomically } from '../../documents/atomic.ts';
import type { FitDocument } from '../../documents/fit.ts';
import type { PlanDocument } from '../../documents/plan.ts';
import { parseDocument, readText } from '../../documents/read.ts';
import { documentKinds } from '../../documents/schemas.ts';
import type { UnpilotedPlanDocument } from '../../documents/unpiloted.ts';
import { paramsText } from '../../explain/numbers.ts';
import { explainSimulation } from '../../explain/simulation.ts';
import { baseLosses, baseLossProblems } from '../../mixture/baseLoss.ts';
import { sameSize } from '../../mixture/predictor.ts';
import type { OptionValues } from '../../options/all.ts';
import { optionsExclude } from '../../problems/options.ts';
import { impossibleLoss, ratioOutsidePilots } from '../../problems/plan.ts';
import { type Problem, Refusal } from '../../problems/problem.ts';
import { nothingPredicted } from '../../problems/published.ts';
import { baseLossOfSeveralSizes } from '../../problems/simulate.ts';
import type { Runs } from '../../runs/runs.ts';
import { parseDesign } from '../../simulate/designFile.ts';
import { designOfFit, truthOfFit } from '../../simulate/ofFit.ts';
import { designOfPlan, truthOfPlan } from '../../simulate/ofPlan.ts';
import { type Design, simulateRuns } from '../../simulate/simulate.ts';
import { runsCsv, runsJsonLines } from '../../simulate/table.ts';
import type { Truth } from '../../simulate/truth.ts';
import { parseFit } from '../asking.ts';
import type { CommandContext, Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { changesFromBase, givenBaseLosses, refuseTooFar } from '../question.ts';
import { sectionsText } from '../sections.ts';
import { sayWritten } from '../written.ts';

type Options =
  | 'design'
  | 'repeats'
  | 'seed'
  | 'baseLoss'
  | 'assumeBaseFromSizeLaw'
  | 'extrapolate'
  | 'output'
  | 'force';

/** Options that shape the run of a plan. */
const PLAN_OPTIONS = ['repeats', 'seed', 'output', 'force'] as const;
/** Options that shape runs of a fit where no base loss can be meant. */
const NO_BASE_OPTIONS = [...PLAN_OPTIONS, 'design', 'assumeBaseFromSizeLaw', 'extrapolate'] as const;

interface Simulation {
  readonly truth: Truth;
  readonly design: Design;
  /** What the runs are drawn from, as sentences name it. */
  readonly source: string;
  readonly problems: readonly Problem[];
  /** Options with which other commands read the table, where its columns do not say it all: --role wiki=general. */
  readonly readWith: readonly string[];
}

/**
 * `mixplan simulate FIT|PLAN`: a runs table drawn from the laws of a fit, or from what a plan predicts of its run. Files are
 * CSV; with --json stdout has the same rows as JSON Lines.
 */
export const run: Run<Options> = async (context) => {
  const { args, values, printer, stdin } = context;
  const [path] = args;
  const { output, design, seed } = values;
  const inputs = design === undefined ? args : [...args, design];
  await refuseUnwritable(output === undefined ? [] : [output], inputs);
  const text = await readText(path, stdin);
  const file = path === '-' ? 'standard input' : path;
  const { truth, source, problems, readWith, ...simulation } = isPlan(text)
    ? fromPlan(await parseDocument(text, documentKinds.plan, file), context.using(PLAN_OPTIONS).values)
    : fromFit(
        await parseFit(text, file),
        context,
        design === undefined ? undefined : parseDesign(await readText(design, stdin), design),
      );
  const runs = simulateRuns(truth, simulation.design, seed);
  const table = runsCsv(runs);
  const toFile = output !== undefined && output !== '-';
  if (toFile) sayWritten(await writeAtomically(output, table, values), [output], printer);
  if (printer.json) printer.data(runsJsonLines(runs));
  else if (toFile) printer.data(sectionsText(explainSimulation(runs, truth, source, seed), printer));
  else {
    printer.data(table);
    printer.say(`simulated from ${source}; no run was trained`);
  }
  if (readWith.length > 0) printer.say(`check and fit read it with ${readWith.join(' ')}`);
  printer.problems([...problems, ...impossible(runs)]);
  return exitStatus.done;
};

/** Documents open with their `schema`; anything that does not say plan is left to the reader of fits, which says what it is. */
function isPlan(text: string): boolean {
  return /^\s*\{\s*"schema"\s*:\s*"mixplan\.plan\//.test(text);
}

function fromPlan(plan: PlanDocument | UnpilotedPlanDocument, values: OptionValues<Options>): Simulation {
  if (plan.basis !== 'fit') throw new Refusal([nothingPredicted({ basis: plan.basis })]);
  const why = (flag: string, reason: string): Problem[] => [
    optionsExclude({ flag, other: 'a plan', why: reason }),
  ];
  const faults = [
    ...(values.design === undefined ? [] : why('--design', 'its one run is the design')),
    ...(values.baseLoss === undefined ? [] : why('--base-loss', 'its base losses are settled')),
    ...(values.assumeBaseFromSizeLaw
      ? why('--assume-base-from-size-law', 'its base losses are settled')
      : []),
    ...(values.extrapolate ? why('--extrapolate', 'how far it reaches was settled when it was made') : []),
  ];
  if (faults.length > 0) throw new Refusal(faults);
  const seeds = Array.from({ length: values.repeats ?? 1 }, (_, i) => i + 1);
  const design = designOfPlan(plan, seeds);
  return {
    truth: truthOfPlan(plan),
    design,
    source: 'the predicted path of the plan',
    problems: [],
    readWith: [],
  };
}

function fromFit(fit: FitDocument, context: CommandContext<Options>, asked: Design | undefined): Simulation {
  if (context.values.repeats !== undefined) {
    const why = 'a design has its own seeds';
    throw new Refusal([optionsExclude({ flag: '--repeats', other: 'a fit', why })]);
  }
  const design = asked ?? designOfFit(fit);
  const sizes = [...new Set(design.runs.map(({ params }) => params))].sort((a, b) => a - b);
  const described = sizeOfGiven(fit, sizes);
  // Settings are of the run that is planned, which may not be among those that are simulated.
  const { values } = described === undefined ? context.using(NO_BASE_OPTIONS) : context;
  const given = givenBaseLosses(fit, values.baseLoss);
  if (values.baseLoss !== undefined && described === undefined)
    throw new Refusal([baseLossOfSeveralSizes({ sizes: sizes.map(paramsText) })]);
  const bases = new Map(
    sizes.map((params) => {
      const own = params === described ? given : {};
      return [params, baseLosses(fit, params, own, values.assumeBaseFromSizeLaw)];
    }),
  );
  const needed = (evalIndex: number): boolean => changesFromBase(fit.evals[evalIndex]);
  const problems = sizes.flatMap((params) =>
    baseLossProblems(fit, params, bases.get(params)!, values.assumeBaseFromSizeLaw, needed),
  );
  return {
    truth: truthOfFit(fit, (evalIndex, params) => bases.get(params)?.[evalIndex].loss ?? Number.NaN),
    design,
    source: 'the best laws of the fit',
    problems: [...problems, ...beyondPilots(fit, design, sizes, values.extrapolate)],
    readWith: readingOptions(fit),
  };
}

/** Roles that names do not show, and units other than nats. */
function readingOptions({ evals }: FitDocument): string[] {
  const roles = evals.flatMap(({ name, role }) =>
    name === role || name.startsWith(`${role}_`) ? [] : [`${name}=${role}`],
  );
  const units = evals.flatMap(({ name, unit }) => (unit === 'nats' ? [] : [`${name}=${unit}`]));
  return [
    ...(roles.length === 0 ? [] : ['--role', roles.join(',')]),
    ...(units.length === 0 ? [] : ['--unit', units.join(',')]),
  ];
}

/** The one size that --base-loss can mean; undefined where there are several. */
function sizeOfGiven({ pilots }: FitDocument, sizes: readonly number[]): number | undefined {
  const fresh = sizes.filter((params) => !pilots.bases.some((base) => sameSize(base.params, params)));
  if (sizes.length === 1) return sizes[0];
  return fresh.length === 1 ? fresh[0] : undefined;
}

/** Warnings of what lies beyond the pilots; too far is refused, as in every answer. */
function beyondPilots(
  fit: FitDocument,
  { runs }: Design,
  sizes: readonly number[],
  extrapolate: boolean,
): Problem[] {
  const far = sizes.flatMap((params) => {
    const lengths = runs
      .filter((each) => each.params === params)
      .map(({ checkpoints }) => checkpoints.at(-1)!);
    const longest = lengths.reduce((a, b) => Math.max(a, b));
    return refuseTooFar(fit, params, [longest, longest], extrapolate).problems;
  });
  const [least, greatest] = fit.pilots.range.domainRatio;
  const outside = runs.find(({ domainRatio: ratio }) => ratio < least || ratio > greatest);
  return outside === undefined
    ? far
    : [...far, ratioOutsidePilots({ ratio: outside.domainRatio, least, greatest })];
}

/** Laws asked far outside their pilots can go below zero, and no table with such a loss can be read again. */
function impossible({ evals, params, tokens }: Runs): Problem[] {
  return evals.flatMap(({ name, loss }) => {
    const row = loss.findIndex((each) => !(each > 0));
    return row < 0
      ? []
      : [impossibleLoss({ set: name, loss: loss[row], params: params[row], tokens: tokens[row] })];
  });
}
