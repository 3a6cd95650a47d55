import { explainLaw, explainLaws, explainRepetitionLaw } from '../../explain/laws.ts';
import type { Law } from '../../laws/law.ts';
import {
  REPETITION_LAWS,
  type RepetitionLaw,
  repetitionLawById,
} from '../../laws/modifiers/repetitionLaws.ts';
import { LAWS, lawById, PUBLISHED } from '../../laws/registry.ts';
import { unknownLaw } from '../../problems/fit.ts';
import { Refusal } from '../../problems/problem.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { sectionsText } from '../sections.ts';

/** `mixplan laws [ID]`: the laws, or one with its parameters, needs and source. */
export const run: Run<never> = async ({ args, printer }) => {
  const asked = args.map(
    (id) => lawById(id) ?? PUBLISHED.find((law) => law.id === id) ?? repetitionLawById(id) ?? refuse(id),
  );
  const laws = args.length === 0 ? [...LAWS, ...PUBLISHED, ...REPETITION_LAWS] : asked;
  if (printer.json)
    printer.dataJson(laws.map((law) => (isRepetition(law) ? repetitionData(law) : data(law))));
  else {
    const all = { fitted: LAWS, published: PUBLISHED, repetition: REPETITION_LAWS };
    const sections =
      args.length === 0
        ? explainLaws(all)
        : laws.flatMap((law) => (isRepetition(law) ? explainRepetitionLaw(law) : explainLaw(law)));
    printer.data(sectionsText(sections, printer));
  }
  return exitStatus.done;
};

function isRepetition(law: Law | RepetitionLaw): law is RepetitionLaw {
  return 'effectiveTokens' in law;
}

function data(law: Law) {
  const { id, title, formula, source, mark, predicts, roles, parameters, needs, notes } = law;
  return {
    id,
    title,
    formula,
    source,
    mark,
    predicts,
    fitted: LAWS.includes(law),
    roles,
    needs: needs.map((need) => ({ ...need })),
    notes,
    parameters: parameters.map(({ name, meaning, unit, linear, pinned }) => ({
      name,
      meaning,
      unit,
      linear,
      pinned: pinned !== undefined,
    })),
  };
}

function repetitionData({ id, title, formula, source, mark, symbol, constant, notes }: RepetitionLaw) {
  const value = constant === undefined ? null : { ...constant };
  return { id, title, formula, source, mark, predicts: 'effectiveTokens', symbol, constant: value, notes };
}

function refuse(law: string): never {
  const known = [...LAWS, ...PUBLISHED, ...REPETITION_LAWS].map(({ id }) => id);
  throw new Refusal([unknownLaw({ law, known })]);
}
