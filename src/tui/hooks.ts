/** What every screen needs of React. */
import { useStdout } from 'ink';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Size } from './layout.ts';

/** Size of the terminal, as it is resized. */
export function useSize(fixed: Size | undefined): Size {
  const { stdout } = useStdout();
  const now = useCallback(
    (): Size => fixed ?? { columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 },
    [fixed, stdout],
  );
  const [size, setSize] = useState(now);
  useEffect(() => {
    const resized = (): void => setSize(now());
    stdout.on('resize', resized);
    return () => void stdout.off('resize', resized);
  }, [stdout, now]);
  return size;
}

/** Something that has to be done outside the screen; `serial` tells one from the next. */
export interface Errand<What> {
  readonly serial: number;
  readonly what: What;
}

/** Does every errand once. */
export function useErrand<What>(
  errand: Errand<What> | undefined,
  run: (errand: Errand<What>) => Promise<void>,
): void {
  const done = useRef(0);
  useEffect(() => {
    if (errand === undefined || errand.serial === done.current) return;
    done.current = errand.serial;
    void run(errand);
  });
}
