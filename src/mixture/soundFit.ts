/**
 * Whether a fit document agrees with itself and with the laws of this program. The schema checks every field alone; a
 * document that was edited, merged or cut by hand can pass it and still name a run, a law or a draw that is not there.
 */
import type { FitDocument, FitMember } from '../documents/fit.ts';
import { jsonPath } from '../documents/read.ts';
import { LAWS, lawById } from '../laws/registry.ts';
import { documentInconsistent } from '../problems/files.ts';
import { unknownLaw } from '../problems/fit.ts';
import type { Problem } from '../problems/problem.ts';

/** Adds a fault: where it stands, what was found there, and what belongs there. */
type Tell = (path: readonly (string | number)[], found: string, expected: string) => void;

/** Weights are printed in full, so that their sum is 1 but for rounding. */
const ROUNDING = 1e-9;

/** Every contradiction in a document that fits its schema, in the order of the document; none for what `fit` writes. */
export function fitFaults(fit: FitDocument, file: string): Problem[] {
  const problems: Problem[] = [];
  const tell: Tell = (path, found, expected) =>
    void problems.push(documentInconsistent({ found, expected }, { file, field: jsonPath(path) }));
  checkPilots(fit, tell);
  checkEvals(fit, tell);
  problems.push(...unknownLaws(fit, file));
  checkDraws(fit, tell);
  return problems;
}

function checkPilots({ pilots, evals }: FitDocument, tell: Tell): void {
  const { runs, bases, files, observations, range } = pilots;
  runs.forEach(({ base }, k) => {
    if (base >= bases.length)
      tell(['pilots', 'runs', k, 'base'], `${base}`, `an index into ${bases.length} bases`);
  });
  const n = observations.run.length;
  if (n === 0) tell(['pilots', 'observations', 'run'], 'no observation', 'at least one');
  const columns: readonly [path: readonly string[], values: readonly unknown[] | undefined][] = [
    [['tokens'], observations.tokens],
    [['file'], observations.file],
    [['line'], observations.line],
    ...evals.map(({ name }): [string[], unknown[] | undefined] => [['loss', name], observations.loss[name]]),
  ];
  for (const [path, values] of columns) {
    if (values?.length !== n) {
      const found = values === undefined ? 'nothing' : `${values.length} values`;
      tell(['pilots', 'observations', ...path], found, `${n}, one per observation`);
    }
  }
  const outside = (column: 'run' | 'file', length: number): void => {
    const at = observations[column].findIndex((index) => index >= length);
    if (at < 0) return;
    const found = `${observations[column][at]}`;
    tell(['pilots', 'observations', column, at], found, `an index into ${length} ${column}s`);
  };
  outside('run', runs.length);
  outside('file', files.length);

  const seen = observations.run.flatMap((index) => runs[index] ?? []);
  const spanned = {
    params: seen.map(({ params }) => params),
    tokens: observations.tokens,
    domainRatio: seen.map(({ domainRatio }) => domainRatio),
  };
  for (const axis of ['params', 'tokens', 'domainRatio'] as const) {
    const values = spanned[axis];
    if (values.length === 0) continue;
    const least = values.reduce((a, b) => Math.min(a, b));
    const greatest = values.reduce((a, b) => Math.max(a, b));
    const [from, to] = range[axis];
    if (from !== least || to !== greatest)
      tell(
        ['pilots', 'range', axis],
        `[${from}, ${to}]`,
        `[${least}, ${greatest}], as the observations span`,
      );
  }
}

function checkEvals({ evals }: FitDocument, tell: Tell): void {
  for (const role of ['general', 'domain'] as const) {
    if (!evals.some((each) => each.role === role)) tell(['evals'], `no ${role} set`, 'at least one');
  }
  evals.forEach(({ name, noise, members }, e) => {
    if (evals.findIndex((each) => each.name === name) < e)
      tell(['evals', e, 'name'], `"${name}" again`, 'a name of its own');
    if (Math.abs(noise.rho) >= 1)
      tell(['evals', e, 'noise', 'rho'], `${noise.rho}`, 'an autocorrelation between -1 and 1');
    const total = members.reduce((sum, { weight }) => sum + weight, 0);
    if (Math.abs(total - 1) > ROUNDING)
      tell(['evals', e, 'members'], `weights that sum to ${Number(total.toPrecision(6))}`, 'a sum of 1');
    members.forEach(({ law: id, parameters }, m) => {
      const law = lawById(id);
      if (law === undefined) return;
      const found = parameters.map((parameter) => parameter.name).join(', ');
      const expected = law.parameters.map((parameter) => parameter.name).join(', ');
      if (found !== expected)
        tell(['evals', e, 'members', m, 'parameters'], found, `the parameters of ${id}: ${expected}`);
    });
  });
}

function unknownLaws({ evals }: FitDocument, file: string): Problem[] {
  const known = LAWS.map(({ id }) => id);
  return evals.flatMap(({ members }, e) =>
    members.flatMap(({ law }, m) =>
      lawById(law) === undefined
        ? [unknownLaw({ law, known }, { file, field: jsonPath(['evals', e, 'members', m, 'law']) })]
        : [],
    ),
  );
}

function checkDraws({ draws, evals }: FitDocument, tell: Tell): void {
  const { count } = draws;
  if (draws.evals.length !== evals.length)
    tell(['draws', 'evals'], `${draws.evals.length}`, `${evals.length}, one per evaluation set`);
  evals.slice(0, draws.evals.length).forEach(({ members }, e) => {
    const { member, parameters } = draws.evals[e];
    for (const [name, { length }] of [
      ['member', member],
      ['parameters', parameters],
    ] as const) {
      if (length !== count)
        tell(['draws', 'evals', e, name], `${length}`, `${count}, one per draw (draws.count)`);
    }
    // One draw that is broken stands for all of them.
    const broken = member.findIndex((index, k) => faultOfDraw(members[index], parameters[k]) !== undefined);
    if (broken < 0) return;
    const of = members[member[broken]];
    if (faultOfDraw(of, parameters[broken]) === 'member') {
      const expected = `the index of one of ${members.length} members that has weight`;
      tell(['draws', 'evals', e, 'member', broken], `${member[broken]}`, expected);
    } else {
      const found = `${parameters[broken].length} numbers`;
      tell(['draws', 'evals', e, 'parameters', broken], found, `${of.parameters.length}, as ${of.law} has`);
    }
  });
}

function faultOfDraw(
  member: FitMember | undefined,
  parameters: readonly number[] | undefined,
): 'member' | 'parameters' | undefined {
  if (member === undefined || member.weight === 0) return 'member';
  // A list that is too short is told as such.
  return parameters === undefined || parameters.length === member.parameters.length
    ? undefined
    : 'parameters';
}
