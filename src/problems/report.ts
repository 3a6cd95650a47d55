/** Trouble with reports. */
import { declareProblem } from './problem.ts';

export const reportNeedsOutput = declareProblem<Record<string, never>>({
  code: 'report-needs-output',
  severity: 'error',
  title: 'no format of a report asked for',
  message: () => 'No format is named, and a report has several: a page, Markdown, pictures, specifications.',
  hint: () =>
    'Add --html report.html, --md report.md, --svg DIR, --png DIR or --vl DIR; several at once are fine.',
  explanation:
    'A report is written to files. --html makes one page that needs no network and prints, --md a text with tables; --svg, ' +
    '--png and --vl write every chart by itself into a folder, as drawings, pictures and Vega-Lite specifications.',
});

export const reportFitMissing = declareProblem<{ readonly path: string; readonly reason: string }>({
  code: 'report-fit-missing',
  severity: 'warning',
  title: 'a report without the fit behind its plan',
  message: ({ path, reason }) =>
    `The fit that the plan names, ${path}, cannot be read (${reason}): the report is short, without curves, pilots and laws.`,
  hint: () => 'Put the fit where the plan names it, relative to the plan, or plan again.',
  explanation:
    'A plan names its fit by a path relative to itself and by the SHA-256 of its text. What a plan holds itself is reported ' +
    'without the fit: the answer, its comparisons, the predicted path of the run. Curves over ratios, the pilots and the laws ' +
    'need the fit. Keep both files together when you hand a plan on.',
});

export const reportFitChanged = declareProblem<{ readonly path: string }>({
  code: 'report-fit-changed',
  severity: 'error',
  title: 'the fit behind a plan was changed',
  message: ({ path }) =>
    `${path} is not the fit that the plan was made from: its SHA-256 is not the one that the plan names.`,
  hint: () => 'Plan again from this fit, or bring back the one that the plan was made from.',
  explanation:
    'A report shows the plan beside curves, pilots and laws of its fit. With another fit the two would contradict each ' +
    'other, and nobody could tell. A plan carries the SHA-256 of the text of its fit, so a fit that was made again from other ' +
    'runs, or edited, is noticed.',
});

export const watchedNeedsPlan = declareProblem<{ readonly file: string }>({
  code: 'watched-needs-plan',
  severity: 'error',
  title: 'a run to be held against a fit',
  message: ({ file }) => `--watched holds a run against its plan, but ${file} is a fit: expected a plan.`,
  hint: () => 'Report on the plan that the run carries out: mixplan report plan.json --watched LOGS',
  explanation:
    'A plan predicts the losses of one run along its tokens; a fit predicts those of any run, and says of none what it should do.',
});

export const reportChartUnknown = declareProblem<{ readonly id: string; readonly ids: readonly string[] }>({
  code: 'report-chart-unknown',
  severity: 'error',
  title: 'no chart of that id',
  message: ({ id }) => `There is no chart ${id} for this document.`,
  hint: ({ ids }) => `Name one of ${ids.join(', ')}.`,
  explanation:
    'Charts are named by the ids that their files have. Which ones there are follows from the document: a fit has no trade-off ' +
    'or trajectory, only a plan with a limited corpus shows what repeats are worth, a curve over sizes needs pilots of two ' +
    'sizes, and runs and residuals have a chart for every evaluation set.',
});
