import { basename, dirname, resolve } from 'node:path';

/**
 * The name of the fit that a plan writes beside itself: `pilots.fit.json` for `data/pilots.csv.gz`; after the folder where the
 * file is called `runs`; for a saved fit that was made again, a name beside its own.
 */
export function fitFileOf([first]: readonly string[]): string {
  if (first === '-') return 'pilots.fit.json';
  if (/\.fit\.json$/i.test(first)) return basename(first).replace(/\.fit\.json$/i, '.fewer-runs.fit.json');
  const name = basename(first).replace(/(\.(csv|tsv|jsonl|ndjson|json|txt))?(\.gz)?$/i, '');
  const folder = basename(dirname(resolve(first)));
  return `${name === 'runs' && folder !== '' ? folder : name}.fit.json`;
}
