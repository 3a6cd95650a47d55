/**
 * `npm run bench [-- FOLDER]`: how long things take, on this machine, now. FOLDER holds reference data that may not be
 * shipped. Times of other programs are quoted from their reports or from our own earlier measurements of them, and
 * say so; nothing here fails, since times belong to machines.
 */
import { cpus } from 'node:os';
import { markdownTable } from '../results/report.ts';
import { referenceFolder } from '../results/tables.ts';
import { chinchillaFit, dcptFits } from './laws.ts';
import { logs } from './logs.ts';
import { pilots } from './pilots.ts';
import { processes } from './processes.ts';
import { solvers } from './solvers.ts';
import { BENCH_HEAD, benchCells } from './timing.ts';
import { tui } from './tui.ts';

const folder = process.argv[2] ?? referenceFolder;
const rows = [
  ...chinchillaFit(folder),
  ...dcptFits(),
  ...(await pilots()),
  ...processes(),
  ...(await tui()),
  ...logs(),
  ...solvers(),
];
console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0].model.trim()}\n`);
console.log(markdownTable(BENCH_HEAD, rows.map(benchCells)));
