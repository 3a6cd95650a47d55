/** Small bars of text, for tables. */

/** Characters on either side of the middle. */
const HALF = 10;
const LONGEST = 12;

/**
 * A bar from the middle to the left or the right, over the band that noise covers: `      ····│····█    `, at a scale where `limit`
 * is half of the width. What leaves the dots stands out.
 */
export function centredBar(value: number, band: number, limit: number): string {
  const cells = (size: number): number => Math.round((HALF * Math.min(Math.abs(size), limit)) / limit);
  const [bar, dots] = [limit > 0 ? cells(value) : 0, limit > 0 ? cells(band) : 0];
  const side = (length: number): string =>
    `${'█'.repeat(length)}${'·'.repeat(Math.max(dots - length, 0))}`.padEnd(HALF);
  const left = [...side(value < 0 ? bar : 0)].reverse().join('');
  return `${left}│${side(value > 0 ? bar : 0)}`;
}

/** The ends of the scale, as the title over centred bars. */
export function barScale(limit: string): string {
  return `−${limit}`.padEnd(HALF + 1) + `+${limit}`.padStart(HALF);
}

/** A bar that is full at 1. */
export function shareBar(share: number): string {
  return '█'.repeat(Math.max(Math.round(LONGEST * share), 0));
}
