/** The domain ratio of a row from whichever columns give it. */
import type { Place } from '../problems/problem.ts';
import { ratioDisagrees, sharesSum } from '../problems/runs.ts';
import { complement } from '../units/ratio.ts';
import type { Report } from './table.ts';

/** How far shares may be from their sum, and two ways of giving a ratio from each other: rounding for print. */
const ROUNDING = 0.005;

export interface MixtureCells {
  readonly domain_ratio: number;
  readonly replay: number;
  readonly share_general: number;
  readonly share_domain: number;
}

export interface Mixture {
  /** NaN = not given in this row. */
  readonly domainRatio: number;
  /** Sum of the shares where they had to be scaled to 1; NaN otherwise. */
  readonly scaledFrom: number;
}

/**
 * domain_ratio where it is given, else 1 - replay, else the domain's part of the two shares. All that are given
 * must agree within 0.005. Empty cells are NaN.
 */
export function mixtureOfRow(cells: MixtureCells, place: Place, report: Report): Mixture {
  const fromReplay = Number.isNaN(cells.replay) ? Number.NaN : complement(cells.replay);
  const shares = mixtureOfShares(cells, place, report);
  const ways = [
    { name: 'domain_ratio', value: cells.domain_ratio },
    { name: `replay ${cells.replay}`, value: fromReplay },
    { name: `share_domain ${cells.share_domain}`, value: shares.domainRatio },
  ].filter(({ value }) => !Number.isNaN(value));
  if (ways.length === 0) return { domainRatio: Number.NaN, scaledFrom: Number.NaN };
  const [first, ...others] = ways;
  for (const { name, value } of others) {
    if (Math.abs(value - first.value) > ROUNDING) {
      report(ratioDisagrees({ domainRatio: first.value, other: name, implied: value }, place));
    }
  }
  return { domainRatio: first.value, scaledFrom: shares.scaledFrom };
}

function mixtureOfShares(cells: MixtureCells, place: Place, report: Report): Mixture {
  const none = { domainRatio: Number.NaN, scaledFrom: Number.NaN };
  const { share_general: general, share_domain: domain } = cells;
  if (Number.isNaN(general) || Number.isNaN(domain)) return none;
  const sum = general + domain;
  // A hair more than the rounding allowed, so that 0.995 is within 0.005 of 1 in binary as well.
  if (Math.abs(sum - 1) > ROUNDING + 1e-12) {
    report(sharesSum({ sum }, { ...place, field: 'share_domain' }));
    return none;
  }
  const exact = Math.abs(sum - 1) < 1e-12;
  return exact
    ? { domainRatio: domain, scaledFrom: Number.NaN }
    : { domainRatio: domain / sum, scaledFrom: sum };
}
