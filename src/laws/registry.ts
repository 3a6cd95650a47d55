/** All laws. */
import type { Role } from '../runs/runs.ts';
import { changeDomain, changeDomainFlat, changeGeneral } from './change.ts';
import { chinchilla } from './chinchilla.ts';
import { dcptL3 } from './dcptL3.ts';
import type { Law } from './law.ts';
import { cmrSlice } from './slices/cmr.ts';
import { criticalRatioSlice } from './slices/criticalRatio.ts';
import { cmrDomainPath, cmrGeneralPath } from './slices/paths.ts';
import { ratioSlice } from './slices/ratio.ts';
import { zheng } from './zheng.ts';

/** Laws of size, tokens and mixture, in the order in which answers list them. */
export const LAWS: readonly Law[] = [changeGeneral, changeDomain, changeDomainFlat, dcptL3, chinchilla];

/** Laws of the mixture alone or of the tokens alone, at one size: for tables and single runs, not for plans. */
export const SLICES: readonly Law[] = [
  ratioSlice,
  cmrSlice,
  cmrDomainPath,
  cmrGeneralPath,
  criticalRatioSlice,
];

/** Laws used with the parameters they were published with, and not fitted to pilots: they know no mixture. */
export const PUBLISHED: readonly Law[] = [zheng];

export function lawById(id: string): Law | undefined {
  return LAWS.find((law) => law.id === id);
}

/** Laws that can model a set of this role. */
export function lawsFor(role: Role): readonly Law[] {
  return LAWS.filter((law) => law.roles.includes(role));
}

/** Whether the law depends on the mixture at all. One that does not says nothing about ratios. */
export function knowsMixture({ terms }: Law): boolean {
  return terms.some(({ factors }) =>
    factors.some(({ on }) => on.some((variable) => variable !== 'params' && variable !== 'tokens')),
  );
}
