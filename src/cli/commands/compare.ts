import type { ComparisonDocument } from '../../documents/comparison.ts';
import type { FitDocument } from '../../documents/fit.ts';
import { readText } from '../../documents/read.ts';
import { explainComparison } from '../../explain/comparison.ts';
import { paramsText } from '../../explain/numbers.ts';
import { compareFits } from '../../mixture/compareFits.ts';
import { sameSize } from '../../mixture/predictor.ts';
import type { OptionValues } from '../../options/all.ts';
import { optionOf } from '../../options/all.ts';
import { differentKinds, noCommonSet, noCommonSize } from '../../problems/comparison.ts';
import { optionsExclude } from '../../problems/options.ts';
import { type Problem, Refusal } from '../../problems/problem.ts';
import { parseFit } from '../asking.ts';
import type { Run } from '../command.ts';
import { commands } from '../commands.ts';
import { comparePlans, parsePlan } from '../comparePlans.ts';
import { exitStatus } from '../exit.ts';
import { USUAL_TOLERANCE } from '../explaining.ts';
import { constraintsOf, refuseTooFar, refuseUnmodelledRatio, targetOf } from '../question.ts';
import { sectionsText } from '../sections.ts';
import { single } from '../single.ts';

const questionOptions = [
  'params',
  'tokens',
  'tolerance',
  'baseLoss',
  'assumeBaseFromSizeLaw',
  'extrapolate',
] as const;
type Options = (typeof questionOptions)[number];

interface File {
  readonly file: string;
  readonly text: string;
}

/** `mixplan compare A B`: two fits asked the same, or two plans; what moved, and why. */
export const run: Run<Options> = async (context) => {
  const { args, values, printer, stdin } = context;
  const read = async (path: string): Promise<File> => ({
    file: path === '-' ? 'standard input' : path,
    text: await readText(path, stdin),
  });
  const [a, b] = [await read(args[0]), await read(args[1])];
  const kinds = [a, b].map(kindOf);
  if (kinds[0] !== kinds[1])
    throw new Refusal([differentKinds({ a: `${a.file} (${kinds[0]})`, b: `${b.file} (${kinds[1]})` })]);
  const { document, problems } =
    kinds[0] === 'a plan' ? await plans(a, b, context.using([]).values) : await fits(a, b, values);
  if (printer.json) printer.dataJson(document);
  else printer.data(sectionsText(explainComparison(document), printer));
  printer.problems(problems);
  return exitStatus.done;
};

/** Documents open with their `schema`; what is neither plan nor other document is left to the reader of fits, which says so. */
function kindOf({ text }: File): string {
  const [, kind = 'fit'] = /^\s*\{\s*"schema"\s*:\s*"mixplan\.([a-z-]+)\//.exec(text) ?? [];
  return `a ${kind}`;
}

interface Compared {
  readonly document: ComparisonDocument;
  readonly problems: readonly Problem[];
}

async function plans(a: File, b: File, values: OptionValues<Options>): Promise<Compared> {
  const stray = questionOptions.filter((name) => values[name] !== undefined && values[name] !== false);
  if (stray.length > 0) {
    const why = 'plans were asked when they were made';
    throw new Refusal(
      stray.map((name) => optionsExclude({ flag: optionOf(name).flag, other: 'two plans', why })),
    );
  }
  const [one, other] = [
    { file: a.file, plan: await parsePlan(a.text, a.file) },
    { file: b.file, plan: await parsePlan(b.text, b.file) },
  ];
  const command = commands.find(({ name }) => name === 'plan');
  if (command === undefined) throw new Error('there is no command that plans');
  return { document: await comparePlans(one, other, command), problems: [] };
}

async function fits(a: File, b: File, values: OptionValues<Options>): Promise<Compared> {
  const ofA = await parseFit(a.text, a.file);
  const ofB = await parseFit(b.text, b.file);
  const params = single(values.params, '--params') ?? commonSize(ofA, ofB);
  const tokens =
    single(values.tokens, '--tokens') ?? Math.min(ofA.pilots.range.tokens[1], ofB.pilots.range.tokens[1]);
  const common = commonSets(ofA, ofB);
  const ask = (file: string, fit: FitDocument) => {
    const all = constraintsOf(fit, values.tolerance ?? USUAL_TOLERANCE);
    const constraints = all.filter(({ evalIndex }) => common.includes(fit.evals[evalIndex].name));
    const constrained = constraints.map(({ evalIndex }) => evalIndex);
    refuseUnmodelledRatio(fit, constrained);
    const { target, problems } = targetOf(fit, { ...values, params: [params] }, (e) =>
      constrained.includes(e),
    );
    const distance = refuseTooFar(fit, params, [tokens, tokens], values.extrapolate);
    const told = [...problems, ...distance.problems].map((problem) => ({ ...problem, place: { file } }));
    return { asked: { file, fit, target, constraints }, problems: told };
  };
  const [one, other] = [ask(a.file, ofA), ask(b.file, ofB)];
  return {
    document: compareFits(one.asked, other.asked, tokens),
    problems: [...one.problems, ...other.problems],
  };
}

function commonSize(a: FitDocument, b: FitDocument): number {
  const [ofA, ofB] = [a, b].map(({ pilots }) => [...new Set(pilots.bases.map(({ params }) => params))]);
  const common = ofA.filter((size) => ofB.some((other) => sameSize(size, other)));
  if (common.length > 0) return Math.max(...common);
  throw new Refusal([noCommonSize({ a: ofA.map(paramsText), b: ofB.map(paramsText) })]);
}

function commonSets(a: FitDocument, b: FitDocument): string[] {
  const general = ({ evals }: FitDocument): string[] =>
    evals.flatMap(({ name, role }) => (role === 'general' ? [name] : []));
  const [ofA, ofB] = [general(a), general(b)];
  const common = ofA.filter((name) => ofB.includes(name));
  if (common.length === 0) throw new Refusal([noCommonSet({ a: ofA, b: ofB })]);
  return common;
}
