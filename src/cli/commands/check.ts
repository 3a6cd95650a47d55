import {
  type BaseDescription,
  describeRuns,
  type EvalDescription,
  type RunsDescription,
} from '../../runs/describe.ts';
import type { LawSupport } from '../../runs/identifiability.ts';
import { readRuns } from '../../runs/read.ts';
import { displayNumber, displayPercent, displayScaled } from '../../units/number.ts';
import { complement } from '../../units/ratio.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { Printer } from '../printer.ts';
import { type TableColumn, table } from '../table.ts';
import { fill } from '../text.ts';

/**
 * `mixplan check RUNS...`: what these runs can and cannot tell; nothing is fitted. Exit status 2 where the table is
 * broken or `fit` would refuse it.
 */
export const run: Run<
  'map' | 'role' | 'unit' | 'bytesPerToken' | 'replayEval' | 'assumeLrTransfer' | 'assumeTransfer'
> = async ({ args, values, printer, stdin }) => {
  const { map, role: roles, unit: units, bytesPerToken, replayEval: replayEvals } = values;
  const runs = await readRuns(args, { map, roles, units, bytesPerToken, replayEvals, stdin });
  const description = describeRuns(runs, values);
  if (printer.json) printer.dataJson(asData(description));
  else printer.data(asText(description, printer));
  printer.problems(description.problems);
  return description.usable ? exitStatus.done : exitStatus.badInput;
};

/** The description as JSON data: what was not measured (NaN) is null. Problems go to stderr as everywhere. */
function asData({ problems: _, ...description }: RunsDescription): unknown {
  return nullForNaN({ schema: 'mixplan.check/1', ...description });
}

function nullForNaN(value: unknown): unknown {
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  if (Array.isArray(value)) return value.map(nullForNaN);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, nullForNaN(member)]));
}

const left = (title: string): TableColumn => ({ title, align: 'left' });
const right = (title: string): TableColumn => ({ title, align: 'right' });

/** Answer first: what can be asked of these runs; then what the answer rests on. */
function asText(description: RunsDescription, { paint, width }: Printer): string {
  const sections: readonly (readonly [title: string, body: string])[] = [
    ['Runs', runsTable(description.bases)],
    ['Base models', basesTable(description)],
    ['Evaluation sets', evalsTable(description.evals)],
    ['Laws', lawsTable(description.laws)],
    ['Set aside for laws in tokens', setAsideTable(description, width)],
    ['Runs to add', suggestionsTable(description)],
  ];
  const shown = sections.filter(([, body]) => body !== '');
  const answer = paint('bold', fill(verdict(description), Math.min(width, 90)));
  return [answer, ...shown.map(([title, body]) => `${paint('bold', title)}\n${body}`)].join('\n\n');
}

/** One or two sentences: which laws the runs carry, and how many there are. */
function verdict({ usable, laws, runs, simulatedRuns, bases, observations }: RunsDescription): string {
  const simulated = simulatedRuns === 0 ? '' : `, ${simulatedRuns} of them simulated`;
  const size = `${counted(runs, 'run')} from ${counted(bases.length, 'base model')} with ${counted(observations, 'evaluation')}${simulated}.`;
  if (!usable) return `These runs cannot be fitted as they are. ${size}`;
  const clauses = (
    [
      ['tested', 'can fit and test'],
      ['fitted', 'can fit but not test'],
      ['none', 'cannot carry'],
    ] as const
  ).flatMap(([support, verb]) => {
    const names = laws
      .filter((law) => law.support === support)
      .map(({ variable }) => variableNames[variable]);
    return names.length === 0 ? [] : [`${verb} laws in ${listed(names)}`];
  });
  return `These runs ${clauses.join('; they ')}. ${size}`;
}

/** `domain ratio, tokens and size` */
function listed(names: readonly string[]): string {
  const last = names[names.length - 1];
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

const variableNames = { R: 'domain ratio', D: 'tokens', N: 'size' } as const;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const number = (value: number, digits = 4): string =>
  Number.isNaN(value) ? '-' : displayNumber(value, digits);

function runsTable(bases: readonly BaseDescription[]): string {
  const columns = [left('base'), right('params'), right('domain ratio'), right('replay'), right('runs')];
  const rows = bases.flatMap(({ id, params, cells }) =>
    cells.map(({ domainRatio, runs, observations, inLawsOfTokens, firstTokens, lastTokens }, k) => [
      k === 0 ? id : '',
      k === 0 ? displayScaled(params) : '',
      displayNumber(domainRatio),
      displayNumber(complement(domainRatio)),
      String(runs),
      String(observations),
      String(inLawsOfTokens),
      firstTokens === lastTokens
        ? displayScaled(lastTokens)
        : `${displayScaled(firstTokens)} to ${displayScaled(lastTokens)}`,
    ]),
  );
  return table([...columns, right('evaluations'), right('for laws in tokens'), left('tokens')], rows);
}

function basesTable({ bases, evals }: RunsDescription): string {
  const columns = [left('base'), right('evaluated'), ...evals.map(({ name }) => right(`loss_${name}`))];
  const rows = bases.map(({ id, rows: count, loss }) => [
    id,
    count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`,
    ...loss.map((value) => number(value, 6)),
  ]);
  return table(columns, rows);
}

function evalsTable(evals: readonly EvalDescription[]): string {
  const columns = [left('set'), left('role'), left('unit'), right('evaluations'), left('losses')];
  const rows = evals.map(
    ({ name, role, unit, measuredIn, observations, lowest, highest, evaluationNoise, repeats }) => [
      name,
      role,
      measuredIn === undefined ? unit : `${unit} (from ${measuredIn})`,
      String(observations),
      `${number(lowest)} to ${number(highest)}`,
      Number.isNaN(evaluationNoise.sd) ? 'not known' : number(evaluationNoise.sd, 2),
      Number.isNaN(repeats.sd)
        ? 'not known'
        : `${number(repeats.sd, 2)}, ${displayPercent(repeats.relative, 2)} of the loss (${counted(repeats.degreesOfFreedom, 'comparison')})`,
    ],
  );
  return table([...columns, right('noise (sd)'), left('between repeats (sd)')], rows);
}

function lawsTable(laws: readonly LawSupport[]): string {
  const what = {
    tested: 'can be fitted and tested',
    fitted: 'can be fitted, not tested',
    none: 'cannot be fitted',
  } as const;
  const rows = laws.map(({ variable, values, neededToTest, support }) => [
    `in ${variableNames[variable]} (${variable})`,
    String(values),
    String(neededToTest),
    what[support],
  ]);
  // Said whatever the number of rows, because the rows of one base model share its luck.
  const caution = '  In size each base model counts once: a short pilot on the target itself tells more.';
  return `${table([left('laws'), right('values'), right('needed to test'), left('')], rows)}\n${caution}`;
}

function setAsideTable({ setAside }: RunsDescription, width: number): string {
  return setAside
    .map(({ code, rows, example }) =>
      fill(`${counted(rows, 'row')}, ${code}. For example: ${example}`, width, 2),
    )
    .join('\n');
}

function suggestionsTable({ suggestions }: RunsDescription): string {
  if (suggestions.length === 0) return '';
  const rows = suggestions.map(({ base, domainRatio, tokens, why }) => [
    base,
    displayNumber(domainRatio),
    displayScaled(tokens),
    why,
  ]);
  return table([left('base'), right('domain ratio'), right('tokens'), left('why')], rows);
}
