import { explainLaw, explainLaws } from '../../explain/laws.ts';
import { LAWS, lawById } from '../../laws/registry.ts';
import { unknownLaw } from '../../problems/fit.ts';
import { Refusal } from '../../problems/problem.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import { sectionsText } from '../sections.ts';

/** `mixplan laws [ID]`: the laws, or one with its parameters, needs and source. */
export const run: Run<never> = async ({ args, printer }) => {
  const laws = args.length === 0 ? LAWS : args.map((id) => lawById(id) ?? refuse(id));
  if (printer.json) {
    printer.dataJson(
      laws.map(({ id, title, formula, source, mark, predicts, roles, parameters, needs, notes }) => ({
        id,
        title,
        formula,
        source,
        mark,
        predicts,
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
      })),
    );
  } else
    printer.data(sectionsText(args.length === 0 ? explainLaws(laws) : laws.flatMap(explainLaw), printer));
  return exitStatus.done;
};

function refuse(law: string): never {
  throw new Refusal([unknownLaw({ law, known: LAWS.map(({ id }) => id) })]);
}
