/** The evaluation sets of a run, and the metrics of its log that hold their losses. */
import { metricsOfOneSet } from '../problems/logs.ts';
import { evalMetric } from './metrics.ts';
import { type Outlet, type RunToAssemble, requireMetric } from './oneRun.ts';

export interface LoggedSet {
  readonly set: string;
  readonly metric: string;
  readonly unit: 'nats' | 'bpb';
}

/** Which metric is the loss on which set: as told, else by the names that trainers give. */
export function setsOf(one: RunToAssemble, { report, lack }: Outlet): LoggedSet[] {
  const { name, log, factOf, told } = one;
  const sets = new Map<string, LoggedSet>();
  const names = [...log.metrics.keys()];
  for (const fact of told.filter((each) => each.startsWith('loss_'))) {
    const found = factOf(fact);
    if (found === undefined) continue;
    const set = fact.slice('loss_'.length);
    const metric = found.text;
    const unit = evalMetric(metric)?.unit ?? 'nats';
    sets.set(set, { set, metric, unit });
    if (metric !== LEFT_OUT) requireMetric(one, fact, report);
  }
  const used = new Set([...sets.values()].map(({ metric }) => metric));
  const unnamed: string[] = [];
  for (const metric of log.series.keys()) {
    const known = evalMetric(metric);
    if (known === undefined || used.has(metric)) continue;
    if (known.set === undefined) {
      unnamed.push(metric);
      continue;
    }
    const { set, unit } = known;
    const rival = sets.get(set);
    // Of two units of one set the one in nats is taken.
    if (rival === undefined || (!used.has(rival.metric) && rival.unit === 'bpb' && unit === 'nats'))
      sets.set(set, { set, metric, unit });
    else if (!used.has(rival.metric) && rival.unit === unit && rival.metric !== LEFT_OUT)
      report(metricsOfOneSet({ run: name, set, taken: rival.metric, other: metric }));
  }
  const losses = [...sets.values()].filter(({ metric }) => metric !== LEFT_OUT && log.series.has(metric));
  if (losses.length === 0)
    lack({ run: name, fact: 'loss', metrics: unnamed.length > 0 ? unnamed : names, settings: log.settings });
  return losses;
}

/** What stands for a metric where a set shall be left out. */
const LEFT_OUT = 'none';
