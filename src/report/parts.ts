/** A report before it has a format: parts in the order in which a reader asks, each of sentences, tables and charts. */
import type { Chart } from '../charts/chart.ts';
import type { FitDocument } from '../documents/fit.ts';
import type { PlanDocument } from '../documents/plan.ts';
import type { UnpilotedPlanDocument } from '../documents/unpiloted.ts';
import type { WatchDocument } from '../documents/watch.ts';
import { explainFit, noise, parameters, pilots, rivals } from '../explain/fit.ts';
import {
  advice,
  criticalText,
  dominatedText,
  influence,
  influenceText,
  spread,
} from '../explain/fitExplained.ts';
import { explainNoPilots } from '../explain/noPilots.ts';
import { paramsText, ratioText, tokensText } from '../explain/numbers.ts';
import { assumes, extrapolationText, howSure, meaningOfTolerance } from '../explain/plan.ts';
import { comparisons } from '../explain/planCompared.ts';
import { explainCurvePlan } from '../explain/publishedCurve.ts';
import { explainRepetition } from '../explain/repetition.ts';
import {
  answerSentence,
  caveatsOf,
  type Figure,
  figuresOf,
  setAsideSection,
  toleranceSection,
} from '../explain/report.ts';
import type { Section } from '../explain/section.ts';
import { explainWatch, isOffCourse, watchVerdict } from '../explain/watch.ts';
import { limitOf } from '../mixture/critical.ts';
import { displayPercent } from '../units/number.ts';
import { type ChartsOfFit, chartsOfFit, chartsOfPlan, unpilotedChart } from './charts.ts';
import { strainCrossing } from './crossing.ts';
import { evidenceOf, type PlanEvidence, planExplanation, plannedOf } from './evidence.ts';
import { levelOf } from './strains.ts';

export interface Part {
  /** Anchor in a page. */
  readonly id: string;
  readonly title: string;
  readonly sections: readonly Section[];
  readonly charts: readonly Chart[];
  /** What must be known with it. */
  readonly problems?: readonly Problem[] | undefined;
}

export interface Problem {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface Report {
  /** Of the page and of the window: what it is about, short. */
  readonly title: string;
  /** The answer, and what must be known with it. */
  readonly answer: readonly string[];
  readonly caveats: readonly string[];
  readonly figures: readonly Figure[];
  readonly parts: readonly Part[];
  /** What the levers of a page move; undefined without a fit. */
  readonly levers: Levers | undefined;
}

export interface Levers {
  readonly plan: PlanDocument;
  readonly evidence: PlanEvidence;
}

/**
 * @param fit the fit that the plan names; undefined where it is not to be had, for a report of the plan alone
 * @param watched the verdict on the run that carries out the plan, told right after the answer
 */
export function planReport(
  document: PlanDocument,
  fit: FitDocument | undefined,
  watched?: WatchDocument,
): Report {
  const plan = inOrderOfSets(document);
  const evidence = fit === undefined ? undefined : evidenceOf(plan, fit);
  const charts = chartsOfPlan(plan, fit && evidence && { fit, evidence }, { watched });
  const [baselines, ...others] = comparisons(plan);
  const explanation = fit === undefined ? undefined : planExplanation(plan, fit);
  const lessDomain = others[others.length - 1];
  return {
    title: `Plan for ${plan.model.name ?? `a ${paramsText(plan.model.params)} model`}: ${tokensText(plan.runs[0].tokens)} tokens at domain ratio ${ratioText(plannedOf(plan))}`,
    answer: [answerSentence(plan)],
    caveats: [
      ...(watched !== undefined && isOffCourse(watched) ? watchVerdict(watched) : []),
      ...caveatsOf(plan),
    ],
    figures: figuresOf(plan),
    levers: evidence && { plan, evidence },
    parts: withoutEmpty([
      ...(watched === undefined ? [] : [watchedPart(watched, charts.trajectory)]),
      {
        id: 'trade-off',
        title: 'What the plan trades',
        sections: [],
        charts: [...charts.tradeOff, ...charts.ratios],
      },
      {
        id: 'how-sure',
        title: 'How sure that is',
        sections: [untitled(howSure(plan)), ...meaningOfTolerance(plan)],
        charts: [],
      },
      {
        id: 'compared',
        title: 'What it was compared with',
        sections: [untitled(baselines), ...others.slice(0, -1)],
        charts: charts.budget,
      },
      {
        id: 'changes',
        title: 'What would change the answer',
        sections: [
          ...(explanation === undefined
            ? []
            : [
                {
                  sentences: [
                    criticalText(explanation),
                    ...dominatedText(explanation),
                    ...influenceText(explanation),
                  ],
                },
                ...advice(explanation),
              ]),
          ...(evidence === undefined ? [] : [otherTolerances(plan, evidence)]),
          lessDomain,
          ...(plan.repetition === null ? [] : [explainRepetition(plan.repetition, plan.level)]),
          ...(explanation === undefined
            ? []
            : [...spread(explanation), ...influence(explanation)].map(withoutBars)),
        ],
        charts: charts.repeats,
      },
      {
        id: 'reach',
        title: 'How far it extrapolates',
        sections: [{ sentences: [extrapolationText(plan)] }],
        charts: [...charts.reach, ...(watched === undefined ? charts.trajectory : [])],
      },
      ...(fit === undefined ? [] : partsOfFit(fit, charts)),
      {
        id: 'assumptions',
        title: 'What it assumes',
        sections: [untitled(assumes(plan)), ...(fit === undefined ? [] : [noise(fit)])],
        charts: [],
        problems: plan.problems,
      },
      {
        id: 'reproduce',
        title: 'How to reproduce it',
        sections: [
          {
            sentences: [`The fit behind it is ${plan.fit.path}, SHA-256 ${plan.fit.sha256}.`],
            verbatim: [plan.command],
          },
        ],
        charts: [],
      },
    ]),
  };
}

/** Documents have their keys by the alphabet; told are the sets as the run has them, the general ones first. */
function inOrderOfSets(plan: PlanDocument): PlanDocument {
  const order = plan.runs[0].evals.map(({ name }) => name);
  return JSON.parse(JSON.stringify(plan), (_, value: unknown) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    const entries = Object.entries(value);
    if (!entries.every(([name]) => order.includes(name))) return value;
    return Object.fromEntries(entries.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
  }) as PlanDocument;
}

/** What a fit shows that no plan was made of. */
export function fitReport(fit: FitDocument): Report {
  const charts = chartsOfFit(fit);
  const [answer] = explainFit(fit);
  const { runs, bases } = fit.pilots;
  return {
    title: `A fit to ${runs.length} pilots of ${bases.length} base models`,
    answer: answer.sentences ?? [],
    caveats: [],
    figures: [],
    levers: undefined,
    parts: withoutEmpty([
      { id: 'reach', title: 'What the pilots span', sections: [], charts: charts.reach },
      ...partsOfFit(fit, charts),
      {
        id: 'assumptions',
        title: 'What it assumes',
        sections: [noise(fit)],
        charts: [],
        problems: fit.problems,
      },
    ]),
  };
}

/** A plan from a published curve or from published evidence: short, as little is known. */
export function unpilotedReport(plan: UnpilotedPlanDocument): Report {
  const sections = plan.basis === 'publishedCurve' ? explainCurvePlan(plan) : explainNoPilots(plan);
  const [answer, ...rest] = sections;
  const ratio = plan.runs[0].phases[0].domainRatio;
  return {
    title: `Plan without pilots for ${plan.model.name ?? `a ${paramsText(plan.model.params)} model`}: domain ratio ${ratioText(ratio)}`,
    answer: answer.sentences ?? [],
    caveats:
      plan.basis === 'publishedCurve'
        ? [
            'The ratio is that of a published curve for other data: it has no interval and predicts no losses.',
          ]
        : [],
    figures: [],
    levers: undefined,
    parts: withoutEmpty([
      { id: 'evidence', title: 'What it rests on', sections: [], charts: [unpilotedChart(plan)] },
      ...rest.map((section, i) => ({
        id: `part-${i + 1}`,
        title: section.title ?? 'More',
        sections: [untitled(section)],
        charts: [],
        problems: i === rest.length - 1 ? plan.problems : [],
      })),
    ]),
  };
}

/** What `mixplan watch` says of a run, its evaluations drawn over what was predicted. */
function watchedPart(watched: WatchDocument, charts: readonly Chart[]): Part {
  return {
    id: 'watched',
    title: 'The run against its plan',
    sections: explainWatch(watched),
    charts,
    problems: watched.problems,
  };
}

function partsOfFit(fit: FitDocument, charts: ChartsOfFit): Part[] {
  return [
    {
      id: 'pilots',
      title: 'The pilots, and what was set aside',
      sections: [untitled(pilots(fit)), setAsideSection(fit)],
      charts: charts.runs,
    },
    {
      id: 'laws',
      title: 'The laws compared',
      sections: fit.evals.map(rivals),
      charts: [...charts.laws, ...charts.residuals],
    },
    {
      id: 'parameters',
      title: 'Parameters of the laws',
      sections: fit.evals.map((each) => parameters(fit, each)),
      charts: [],
    },
  ];
}

/** Multiples of the accepted rise that a reader may wonder about. */
const SCALES = [1 / 3, 2 / 3, 1, 4 / 3, 2];

function otherTolerances(plan: PlanDocument, { strains }: PlanEvidence): Section {
  const { confidence } = plan.constraints;
  const last = strains.tokens.indexOf(plan.runs[0].tokens);
  const { ratios } = strains;
  const shares = Object.entries(plan.constraints.tolerance).map(
    ([set, tolerance]) => [set, limitOf(plan.base[set].loss, tolerance) / plan.base[set].loss - 1] as const,
  );
  const rows = SCALES.map((scale) => {
    const planned = scale === 1;
    const limit = strainCrossing(ratios, strains.point[last], scale);
    const curve = strains.newRun[last][strains.levels.indexOf(levelOf(confidence))];
    const safe = curve === undefined ? limit : strainCrossing(ratios, curve, scale);
    return {
      accepted: shares
        .map(
          ([set, share]) =>
            `${shares.length === 1 ? '' : `${set} `}${displayPercent(Number((scale * share).toPrecision(3)))}`,
        )
        .join(', '),
      safe: planned ? plannedOf(plan) : safe,
      limit: planned && plan.critical.point.kind === 'at' ? plan.critical.point.ratio : limit,
      planned,
    };
  });
  return toleranceSection(rows, confidence);
}

function untitled({ title: _, ...section }: Section): Section {
  return section;
}

/** Bars of text are for terminals. */
function withoutBars(section: Section): Section {
  const { table } = section;
  if (table === undefined) return section;
  const bars = (column: number): boolean => table.rows.some((row) => /[█│]/.test(row[column] ?? ''));
  const kept = [...table.columns.keys()].filter((column) => !bars(column));
  return {
    ...section,
    table: {
      columns: kept.map((column) => table.columns[column]),
      rows: table.rows.map((row) => kept.map((column) => row[column])),
    },
  };
}

function withoutEmpty(parts: readonly Part[]): Part[] {
  return parts.filter(({ sections, charts }) => sections.length + charts.length > 0);
}
