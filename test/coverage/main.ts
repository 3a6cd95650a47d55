/**
 * `npm run coverage [-- --studies 400 --designs 1,2,3,4,5 --draws 200 --seed 1 --resampling ID --workers 2 --folder coverage]`:
 * how often intervals hold, on simulated truths. Studies that the folder already holds are not run again, so an interrupted run goes
 * on where it stopped; each has its own random numbers, so neither order nor the number of workers changes anything.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFAULT_RESAMPLING, RESAMPLING_SCHEMES } from '../../src/fit/resample.ts';
import { runStudy, STUDY_DESIGNS, type StudyRecord } from '../../src/simulate/coverage.ts';
import { type DesignSummary, summarise } from '../../src/simulate/summary.ts';

const { values } = parseArgs({
  options: {
    studies: { type: 'string', default: '400' },
    designs: { type: 'string', default: '1,2,3,4,5' },
    draws: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    resampling: { type: 'string', default: DEFAULT_RESAMPLING },
    workers: { type: 'string', default: '2' },
    folder: { type: 'string', default: 'coverage' },
    worker: { type: 'string' },
  },
});
const studies = Number(values.studies);
const draws = Number(values.draws);
const seed = Number(values.seed);
const designs = STUDY_DESIGNS.filter(({ id }) => values.designs.split(',').map(Number).includes(id));
const { id: resampling } = resamplingAsked(values.resampling);
const folder = join(values.folder, `seed-${seed}-draws-${draws}-${resampling}`);

const records = (): StudyRecord[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.jsonl'))
        .flatMap((name) =>
          readFileSync(join(folder, name), 'utf8')
            .split('\n')
            .filter((line) => line.endsWith('}'))
            .map((line) => JSON.parse(line) as StudyRecord),
        )
    : [];

if (values.worker === undefined) await supervise();
else work(Number(values.worker), Number(values.workers));

function resamplingAsked(id: string) {
  const scheme = RESAMPLING_SCHEMES.find((each) => each.id === id);
  if (scheme !== undefined) return scheme;
  const known = RESAMPLING_SCHEMES.map((each) => each.id).join(', ');
  throw new Error(`--resampling ${id} is not one of ${known}`);
}

function work(worker: number, workers: number): void {
  const done = new Set(records().map(({ design, study }) => `${design} ${study}`));
  const out = join(folder, `worker-${worker}-of-${workers}.jsonl`);
  for (let study = worker; study < studies; study += workers) {
    for (const design of designs) {
      if (done.has(`${design.id} ${study}`)) continue;
      appendFileSync(out, `${JSON.stringify(runStudy(design, study, seed, draws, resampling))}\n`);
      process.stderr.write('.');
    }
  }
}

async function supervise(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const workers = Number(values.workers);
  const script = fileURLToPath(import.meta.url);
  const total = studies * designs.length;
  const progress = setInterval(() => {
    if (process.stderr.isTTY) process.stderr.write(`\r${records().length} of ${total} studies`);
  }, 2000);
  const statuses = await Promise.all(
    Array.from({ length: workers }, (_, worker) => {
      const child = spawn(
        process.execPath,
        [
          '--import',
          'tsx',
          script,
          ...process.argv.slice(2),
          '--workers',
          String(workers),
          '--worker',
          String(worker),
        ],
        { stdio: ['ignore', 'inherit', 'pipe'] },
      );
      let said = '';
      child.stderr.on('data', (text: Buffer) => {
        said += text.toString().replace(/^\.+$/, '');
      });
      return new Promise<number>((resolve) => {
        child.on('close', (status) => {
          if (status !== 0) process.stderr.write(said);
          resolve(status ?? 1);
        });
      });
    }),
  );
  clearInterval(progress);
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const all = records().filter(({ study }) => study < studies);
  console.log(asMarkdown(designs.map(({ id }) => summarise(all, id))));
  process.exitCode = statuses.some((status) => status !== 0) ? 1 : 0;
}

function asMarkdown(summaries: readonly DesignSummary[]): string {
  const percent = (value: number): string => (Number.isNaN(value) ? '' : `${(100 * value).toFixed(1)}%`);
  const titles = new Map(STUDY_DESIGNS.map(({ id, title }) => [id, title]));
  const coverage = summaries.flatMap(({ design, rows }) =>
    rows.map(
      ({ quantity, studies: n, coverage: each, width, score }) =>
        `| ${design} | ${quantity} | ${each.map(percent).join(' | ')} | ${width.toPrecision(2)} | ${score.toPrecision(2)} | ${n} |`,
    ),
  );
  const promises = summaries.map(
    ({ design, studies: n, refused, kept, planned, misses, warnedMisses, warnedCovered }) =>
      `| ${design} | ${titles.get(design)} | ${n} | ${percent(refused)} | ${percent(kept)} (${planned}) | ${misses} | ${percent(warnedMisses)} | ${percent(warnedCovered)} |`,
  );
  return [
    '| design | quantity | 50% | 80% | 90% | width at 90% | score at 90% | studies |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...coverage,
    '',
    '| design | what | studies | refused | "within tolerance with 90%" kept (planned) | misses by half an interval | of them warned | covered but warned |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...promises,
  ].join('\n');
}
