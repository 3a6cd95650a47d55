import {
  boundsText,
  changeText,
  lossText,
  modelText,
  outcomeText,
  ratioText,
  shareText,
  tokensText,
} from '../../explain/numbers.ts';
import { explainPlan } from '../../explain/plan.ts';
import type { Section } from '../../explain/section.ts';
import type { Problem } from '../../problems/problem.ts';
import type { Figures } from '../answer.ts';
import { signedPercent } from '../scales.ts';
import { scrolledLines } from '../scrolled.ts';
import { blank, type Line, plain, type Style, widthOf, wrapped } from '../styled.ts';
import type { Area, Frame } from './model.ts';

export function planLines(frame: Frame, area: Area): Line[] {
  const shown = scrolledLines(allLines(frame, area.width), frame.state.scroll, area, '4 and ↓');
  return frame.refitting === undefined && !frame.awaited
    ? shown
    : shown.map((line) => line.map((span) => ({ ...span, style: 'dim' })));
}

function allLines(frame: Frame, width: number): Line[] {
  if (!frame.awaited) return answerLines(frame, width);
  return [
    ...wrapped('looking for the plan; until then the one before:', width, 'warning'),
    ...answerLines(frame, width),
  ];
}

function answerLines({ answer, pinned, doubled, state }: Frame, width: number): Line[] {
  if (answer.kind === 'later')
    return answer.missed === undefined
      ? [[{ text: 'looking for the plan ...', style: 'dim' }]]
      : wrapped(missedText(answer.missed), width, 'error');
  if (answer.kind === 'refused') return refusedLines(answer.problems, width);
  const { figures, plan } = answer;
  return [
    ...headline(figures, width),
    ...table(figures, pinned),
    ...surety(figures, state.values.confidence, width),
    ...(doubled === undefined ? [] : doubledLines(figures, doubled, width)),
    ...(plan === undefined
      ? []
      : [
          blank,
          ...explainPlan(plan)
            .slice(1)
            .flatMap((section) => sectionLines(section, width)),
        ]),
  ];
}

/** What is said where the quick look found nothing feasible. */
export function missedText(set: string): string {
  return `≈ No ratio keeps the tolerance on ${set} with this confidence; looking more closely ...`;
}

function headline(figures: Figures, width: number): Line[] {
  const { model, tokens, domainRatio, exact } = figures;
  return wrapped(
    `${exact ? '' : '≈ '}Train ${modelText(model)} on ${tokensText(tokens)} tokens at domain ratio ${ratioText(domainRatio)}, replay ${ratioText(1 - domainRatio)}.`,
    width,
    'plan',
  );
}

/** The figures, beside those that are pinned; then without intervals, so that both fit. */
function table(figures: Figures, pinned: Figures | undefined): Line[] {
  const rows = figureRows(figures, pinned !== undefined);
  const names = Math.max(...rows.map(([name]) => name.length)) + 2;
  if (pinned === undefined)
    return rows.map(([name, text]): Line => [{ text: name.padEnd(names), style: 'dim' }, { text }]);
  const others = figureRows(pinned, true);
  const first = Math.max(...rows.map(([, text]) => text.length)) + 3;
  return [
    [
      { text: ''.padEnd(names) },
      { text: 'now'.padEnd(first), style: 'plan' },
      { text: 'pinned', style: 'pinned' },
    ],
    ...rows.map(
      ([name, text], k): Line => [
        { text: name.padEnd(names), style: 'dim' },
        { text: text.padEnd(first) },
        { text: others[k]?.[1] ?? '', style: 'pinned' },
      ],
    ),
  ];
}

function figureRows(
  { tokens, domainRatio, critical, interval, losses, within }: Figures,
  short: boolean,
): [name: string, text: string][] {
  return [
    // The headline has told them; beside a pinned plan they are compared.
    ...(short
      ? ([
          ['tokens', tokensText(tokens)],
          ['domain ratio', ratioText(domainRatio)],
        ] as [string, string][])
      : []),
    ['critical ratio', `${outcomeText(critical)}${short ? '' : ` ${boundsText(interval)}`}`],
    ...losses.map(({ set, unit, base, end, interval: band, limit }): [string, string] => [
      `${set} loss${unit === 'bpb' ? ' (bpb)' : ''}`,
      short
        ? `${lossText(end)} (${changeText(end, base)})`
        : `${lossText(end)} (${changeText(end, base)}${limit === undefined ? '' : `, limit ${signedPercent(limit / base - 1)}`})` +
          `${band === null ? '' : ` [${lossText(band[0])}, ${lossText(band[1])}]`}`,
    ]),
    ...(short && within !== null ? [['kept in', shareText(within)] as [string, string]] : []),
  ];
}

function surety(
  { within, binding, critical }: Figures,
  confidence: number | undefined,
  width: number,
): Line[] {
  const sentences = [
    ...(within === null
      ? ['The fit has no draws, so nothing is said of how sure this is.']
      : [
          `A new run keeps the tolerance in ${shareText(within)} of the draws${confidence === undefined ? '' : ` (asked: ${shareText(confidence)})`}.`,
        ]),
    ...(critical.kind === 'all' || binding === null
      ? ["No tolerance binds: the pilots' largest ratio is acceptable."]
      : [`What binds is the tolerance on ${binding}.`]),
  ];
  return wrapped(sentences.join(' '), width);
}

/** What twice the budget would buy. */
function doubledLines(figures: Figures, doubled: NonNullable<Frame['doubled']>, width: number): Line[] {
  if (doubled.kind === 'later') return [];
  if (doubled.kind === 'refused')
    return wrapped(`Twice the budget: ${doubled.problems[0].message}`, width, 'dim');
  const { tokens, domainRatio, losses } = doubled.figures;
  const changes = losses.map(({ set, end }) => {
    const now = figures.losses.find((each) => each.set === set)!;
    return `${set} loss ${lossText(end)} instead of ${lossText(now.end)}`;
  });
  return wrapped(
    `Twice the budget buys ${tokensText(tokens)} tokens at domain ratio ${ratioText(domainRatio)}: ${changes.join(', ')}.`,
    width,
    'domain',
  );
}

export function refusedLines(problems: readonly Problem[], width: number): Line[] {
  return problems.flatMap(({ message, hint, severity }) => [
    ...wrapped(message, width, severity === 'error' ? 'error' : 'warning'),
    ...(hint === undefined ? [] : wrapped(hint, width)),
    blank,
  ]);
}

/** A section as every face has it, in the width of a pane. */
export function sectionLines(section: Section, width: number): Line[] {
  const lines: Line[] = [];
  if (section.title !== undefined) lines.push([{ text: section.title, style: 'title' }]);
  if (section.formula !== undefined) lines.push(...wrapped(section.formula, width));
  for (const sentence of section.sentences ?? []) lines.push(...wrapped(sentence, width));
  if (section.table !== undefined) lines.push(...tableLines(section.table));
  for (const text of section.verbatim ?? []) lines.push(...wrapped(text, width, 'bold'));
  return [...lines, blank];
}

function tableLines({ columns, rows }: NonNullable<Section['table']>): Line[] {
  const widths = columns.map(({ title }, k) =>
    Math.max(title.length, ...rows.map((row) => [...row[k]].length)),
  );
  const line = (cells: readonly string[], style?: Style): Line =>
    cells.map((text, k) => {
      const gap = ' '.repeat(widths[k] - widthOf(plain(text)));
      return { text: `${columns[k].align === 'left' ? text + gap : gap + text}  `, style };
    });
  return [
    line(
      columns.map(({ title }) => title),
      'dim',
    ),
    ...rows.map((row) => line(row)),
  ];
}
