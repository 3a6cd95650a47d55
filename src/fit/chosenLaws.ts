/** Some laws of a fit alone: what it would say without their rivals. Nothing is refitted. */
import type { FitDocument, FitEval } from '../documents/fit.ts';
import { lawNotInFit } from '../problems/exclude.ts';
import { Refusal } from '../problems/problem.ts';

/** The laws that a fit has draws of, by the set that they stem from. */
export function lawsInUse({
  evals,
}: FitDocument): { readonly set: string; readonly laws: readonly string[] }[] {
  return evals.map(({ name, members }) => ({
    set: name,
    laws: members.filter(({ weight }) => weight > 0).map(({ law }) => law),
  }));
}

/**
 * The fit with only these of its laws, their weights in the same proportion; a set that none of them models keeps all of its
 * own. Draws stay where they stem from laws that are kept for every set, so that draw k still belongs together. Throws a
 * `Refusal` for laws without draws.
 */
export function withLaws(fit: FitDocument, ids: readonly string[]): FitDocument {
  const known = [...new Set(lawsInUse(fit).flatMap(({ laws }) => laws))];
  const unknown = ids.filter((id) => !known.includes(id));
  if (unknown.length > 0) throw new Refusal(unknown.map((law) => lawNotInFit({ law, known })));
  const kept = fit.evals.map(({ members }) => {
    const chosen = members.map(({ law, weight }) => weight > 0 && ids.includes(law));
    return chosen.includes(true) ? chosen : members.map(() => true);
  });
  const draws = Array.from({ length: fit.draws.count }, (_, k) => k).filter((k) =>
    fit.draws.evals.every(({ member }, e) => kept[e][member[k]]),
  );
  return {
    ...fit,
    evals: fit.evals.map((set, e) => ({ ...set, members: onlyKept(set, kept[e]) })),
    draws: {
      ...fit.draws,
      count: draws.length,
      evals: fit.draws.evals.map(({ member, parameters }) => ({
        member: draws.map((k) => member[k]),
        parameters: draws.map((k) => parameters[k]),
      })),
    },
  };
}

/** Members that are not kept stay listed, without weight, so that draws find theirs. */
function onlyKept({ members }: FitEval, kept: readonly boolean[]): FitEval['members'] {
  const total = members.reduce((sum, { weight }, at) => sum + (kept[at] ? weight : 0), 0);
  return members.map((member, at) => ({ ...member, weight: kept[at] ? member.weight / total : 0 }));
}
