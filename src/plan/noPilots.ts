/**
 * A plan from published evidence alone. Papers disagree by more than any of them says, so the answer is what the studies
 * of such a shift found enough, its interval runs over all of them, and everything in it is assumed.
 *
 * With a tolerance the replay is read off the measured tables, by straight lines between their rows: the most that any
 * of them asks for. Without one it is the most that a published rule asks for.
 */
import type { AssumedPlanDocument } from '../documents/unpiloted.ts';
import { crossing, interpolate } from '../mixture/interpolate.ts';
import type { Problem } from '../problems/problem.ts';
import { assumedPlan, evidenceTooNarrow } from '../problems/published.ts';
import { tolerance as toleranceUnit } from '../units/tolerance.ts';
import type { Purchase } from './budget.ts';
import { type ReplayTable, RULES, type Shift, TABLES } from './publishedEvidence.ts';
import { budgetTold, problemTold } from './told.ts';
import { plainRun } from './trainingRun.ts';

export interface AssumedRequest {
  readonly shift: Shift;
  /** Accepted rise of general loss as a share of its base; undefined = by published rule. */
  readonly tolerance: number | undefined;
  readonly model: { readonly name: string | null; readonly params: number };
  readonly purchase: Purchase;
  readonly sequenceLength: number | undefined;
  readonly command: string;
}

export type AssumedOutcome =
  | { readonly kind: 'planned'; readonly plan: AssumedPlanDocument }
  /** An honest negative. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** What tables are read at where no tolerance was given: the rise that the papers themselves speak of. */
const USUAL = 0.03;

/**
 * Width, in domain ratio, of the 90% interval for a new run at the largest and longest of the pilots that ship, 3%
 * accepted. A test computes it from their fit.
 */
export const PILOTED_WIDTH = 0.137;

export function planFromEvidence(request: AssumedRequest): AssumedOutcome {
  const { shift, tolerance, model, purchase } = request;
  const evidence = evidenceFor(shift, tolerance);
  const counted = evidence.filter((each) => each.counted);
  const found = counted.filter((each) => !each.beyond).map(({ replay: [, most] }) => most);
  const replay = Math.max(...found, 0);
  // A study whose most replay was not enough asks for more than that.
  const unmet = counted.find((each) => each.beyond && each.replay[0] >= replay);
  if (unmet !== undefined) {
    const feasible = Math.max(
      ...tablesOf(shift).map(({ base, rows }) => rows[rows.length - 1][1] / base - 1),
    );
    const accepted = tolerance ?? USUAL;
    const problem = evidenceTooNarrow({
      shift,
      tolerance: toleranceUnit.display({ kind: 'relative', share: accepted }),
      study: unmet.study,
      replay: unmet.replay[0],
      feasible: toleranceUnit.format({ kind: 'relative', share: Math.ceil(1000 * feasible) / 1000 }),
    });
    return { kind: 'refused', problems: [problem] };
  }
  const tokens = purchase.tokens.value;
  const ratio = 1 - replay;
  const interval: [number, number] = [
    1 - Math.max(...evidence.map((each) => each.replay[1])),
    1 - Math.min(...evidence.map((each) => each.replay[0])),
  ];
  const width = interval[1] - interval[0];
  return {
    kind: 'planned',
    plan: {
      schema: 'mixplan.plan/1',
      basis: 'assumed',
      command: request.command,
      fit: null,
      shift,
      model: { ...model },
      budget: budgetTold(purchase, { asked: purchase.asked, bought: purchase.tokens }, tokens),
      constraints: { tolerance: tolerance === undefined ? null : { kind: 'relative', share: tolerance } },
      runs: [
        plainRun(
          { model: { ...model }, tokens, domainRatio: ratio, sequenceLength: request.sequenceLength },
          'unknown',
        ),
      ],
      critical: { definition: 'published evidence', point: { kind: 'at', ratio }, interval },
      provenance: 'assumed',
      evidence: evidence.map(({ beyond: _, ...each }) => ({ ...each })),
      rises: tablesOf(shift).map((table) => riseAt(table, replay)),
      pilots: {
        width,
        piloted: PILOTED_WIDTH,
        narrower: width / PILOTED_WIDTH,
        undecidedTokens: width * tokens,
        afterPilots: PILOTED_WIDTH * tokens,
      },
      predicted: null,
      within: null,
      problems: [...purchase.problems, assumedPlan({ shift })].map(problemTold),
    },
  };
}

function tablesOf(shift: Shift): readonly ReplayTable[] {
  return TABLES.filter((table) => table.shift === shift);
}

type Evidence = AssumedPlanDocument['evidence'][number] & {
  /** Not even the most replay that the study tried was enough. */
  readonly beyond: boolean;
};

/** What the studies of such a shift found, at a tolerance. */
function evidenceFor(shift: Shift, tolerance: number | undefined): Evidence[] {
  const accepted = tolerance ?? USUAL;
  const tables = tablesOf(shift).map((table): Evidence => {
    const { study, where, mark, scale } = table;
    const { replay, beyond } = replayFor(table, accepted);
    const criterion = `general loss within ${toleranceUnit.display({ kind: 'relative', share: accepted })} of its base`;
    return { study, where, mark, scale, criterion, replay, counted: tolerance !== undefined, beyond };
  });
  const rules = RULES.filter((rule) => rule.shift === shift).map(
    ({ shift: _, ...rule }): Evidence => ({
      ...rule,
      replay: [...rule.replay],
      counted: rule.counted && tolerance === undefined,
      beyond: false,
    }),
  );
  return [...tables, ...rules];
}

/** Least replay that keeps a tolerance in a table; from its most replay up to all where none that it tried does. */
export function replayFor(
  { base, rows }: ReplayTable,
  tolerance: number,
): { replay: [number, number]; beyond: boolean } {
  const limit = base * (1 + tolerance);
  const curve = interpolate(
    rows.map(([replay]) => 1 - replay),
    rows.map(([, loss]) => loss),
    'linear',
  );
  const found = crossing(curve, limit);
  if (found.kind === 'none') return { replay: [rows[rows.length - 1][0], 1], beyond: true };
  const replay = found.kind === 'all' ? rows[0][0] : 1 - found.x;
  return { replay: [replay, replay], beyond: false };
}

/** Rise that a table shows at a replay; at the nearest it tried where that lies outside. */
function riseAt({ study, base, rows }: ReplayTable, replay: number): AssumedPlanDocument['rises'][number] {
  const most = rows[rows.length - 1][0];
  const curve = interpolate(
    rows.map(([each]) => each),
    rows.map(([, loss]) => loss),
    'linear',
  );
  return { study, rise: curve.value(Math.min(replay, most)) / base - 1, beyond: replay > most };
}
