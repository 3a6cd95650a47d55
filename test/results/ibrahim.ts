/** Replay tables of Ibrahim et al. 2024, asked without any law: what 3% over the base allows. */
import { join } from 'node:path';
import { type Crossing, crossing, type Interpolation, interpolate } from '../../src/mixture/interpolate.ts';
import { percent, row, type Section, shown } from './report.ts';
import { readTable, root } from './tables.ts';

const RISE = 0.03;

export function ibrahim(): Section {
  const rows = readTable(join(root, 'datasets/published/ibrahim-2024/replay.csv'));
  const answer = (setting: string, method: Interpolation): Crossing => {
    const points = rows.filter((each) => each.setting === setting);
    const curve = interpolate(
      points.map((each) => 1 - Number(each.replay_percent) / 100),
      points.map((each) => Number(each.general_loss)),
      method,
    );
    return crossing(curve, (1 + RISE) * Number(points[0].base_general_loss));
  };
  const german = answer('405M Pile->German', 'linear');
  const weak = answer('405M Pile->SlimPajama', 'linear');
  const weakMonotone = answer('405M Pile->SlimPajama', 'monotone');
  const large = answer('10B Pile->SlimPajama', 'linear');
  return {
    title: 'Ibrahim et al. 2024, replay for 3%',
    method:
      'Least replay that keeps old loss within 3% of the base (arXiv 2403.08763, tables 2, 4 and 12, second hand), without a law: straight lines between measured ratios unless said otherwise.',
    head: ['what', 'measured', 'target'],
    rows: [
      row(
        german.kind === 'none',
        '405M, German',
        inWords(german),
        'infeasible within the measured replay, up to 50%',
      ),
      row(
        weak.kind === 'at' && Math.abs(1 - weak.x - 0.043) < 0.001,
        '405M, SlimPajama',
        inWords(weak),
        '4.3% replay (0.1 points)',
      ),
      shown('the same, monotone cubic', inWords(weakMonotone), ''),
      row(
        large.kind !== 'none' && (large.kind === 'all' || large.from >= 0.95),
        '10B, SlimPajama',
        inWords(large),
        '5% replay feasible',
      ),
    ],
  };
}

function inWords(found: Crossing): string {
  if (found.kind === 'none') return 'no measured replay is enough';
  if (found.kind === 'all') return 'no replay is needed';
  return `${percent(1 - found.x, 1)} replay, between measured ${percent(1 - found.to, 1)} and ${percent(1 - found.from, 1)}`;
}
