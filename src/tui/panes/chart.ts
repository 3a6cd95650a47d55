import { percentText, shareText } from '../../explain/numbers.ts';
import { drawCharts } from '../draw.ts';
import { fitted, type Line, wrapped } from '../styled.ts';
import type { Area, Frame } from './model.ts';

export function chartLines(frame: Frame, { width, height }: Area, ascii: boolean): Line[] {
  const { charts, state, answer } = frame;
  if (state.view === 'laws') return lawLines(frame, width).slice(0, height);
  if (charts.length === 0) {
    const why =
      answer.kind === 'refused' ? 'There is no chart, because there is no answer: see the plan.' : '';
    return wrapped(why, width, 'dim').slice(0, height);
  }
  const lines = drawCharts(charts, { width, height, ascii, band: state.band });
  return frame.refitting === undefined && !frame.awaited
    ? lines
    : lines.map((line) => line.map((span) => ({ ...span, style: 'dim' })));
}

/** Out of sample, in the order in which laws are asked to go further. */
const DIRECTIONS = ['tokens', 'size', 'ratio'] as const;

function lawLines({ fit }: Frame, width: number): Line[] {
  return fit.evals
    .flatMap(({ name, role, members, notFitted }): Line[] => [
      [{ text: `${name}, ${role}`, style: role }],
      [
        {
          text: `  ${'law'.padEnd(20)}${'weight'.padStart(8)}  misses by, left out: ${DIRECTIONS.join(', ')}`,
          style: 'dim',
        },
      ],
      ...members.map(({ law, weight, holdout }): Line => {
        const errors = DIRECTIONS.map((direction) => {
          const mine = holdout
            .filter((each) => each.direction === direction)
            .flatMap(({ error }) => error ?? []);
          return mine.length === 0 ? '–' : percentText(mine.reduce((a, b) => a + b, 0) / mine.length);
        });
        const bar = '█'.repeat(Math.round(10 * weight)).padEnd(10);
        return [
          { text: `  ${law.padEnd(20)}`, style: weight > 0 ? 'bold' : 'dim' },
          { text: `${shareText(weight).padStart(8)}  ` },
          { text: errors.map((each) => each.padEnd(8)).join(''), style: weight > 0 ? 'plain' : 'dim' },
          { text: bar, style: role },
        ];
      }),
      ...notFitted.map(
        ({ law, reason }): Line => [{ text: `  ${law.padEnd(20)} not fitted: ${reason}`, style: 'dim' }],
      ),
      [],
    ])
    .map((line) => fitted(line, width));
}
