import { listed } from '../explain/numbers.ts';
import type { Printer } from './printer.ts';

/** Tells which files were written, and which held the same text already. */
export function sayWritten(written: readonly string[], all: readonly string[], printer: Printer): void {
  const same = all.filter((path) => !written.includes(path));
  if (written.length > 0) printer.say(`wrote ${listed(written)}`);
  if (same.length > 0)
    printer.say(`${listed(same)} ${same.length === 1 ? 'has' : 'have'} this very text already`);
}
