/** One line that counts along, on a terminal only; it is gone once the answer comes. */
import type { Printer } from './printer.ts';

export interface ProgressLine {
  readonly update: (done: number, total: number) => void;
  readonly end: () => void;
}

const quiet = 200;

/** Shows `what 450 of 2000` from 0.2 s on, so that quick answers do not flicker. */
export function progressLine(printer: Printer, what: string): ProgressLine {
  const started = performance.now();
  let shown = false;
  return {
    update: (done, total) => {
      if (performance.now() - started < quiet) return;
      shown = printer.transient(`${what} ${done} of ${total}`) || shown;
    },
    end: () => {
      if (shown) printer.transient('');
    },
  };
}
