/** A plan from published evidence in words, from the document alone. Every section says that it is assumed. */
import type { AssumedPlanDocument } from '../documents/unpiloted.ts';
import { displayNumber } from '../units/number.ts';
import { tolerance as toleranceUnit } from '../units/tolerance.ts';
import { listed, ratioText, shareText, tokensText } from './numbers.ts';
import type { Section } from './section.ts';
import { runSentence, spentText } from './unpiloted.ts';

const MARKS = {
  verified: 'read in the paper',
  secondHand: 'second hand',
  recalled: 'recalled, not checked',
} as const;

export function explainNoPilots(plan: AssumedPlanDocument): Section[] {
  const { evidence, rises, pilots, critical, shift, constraints } = plan;
  const numberOf = (study: string): number => evidence.findIndex((each) => each.study === study) + 1;
  const [least, most] = critical.interval;
  const rule =
    constraints.tolerance === null
      ? 'the most replay that a published rule for such a shift asks for'
      : `the most replay that a published table for such a shift asks for to stay within ${toleranceUnit.display(constraints.tolerance)}`;
  return [
    { sentences: [`Assumed, without pilots: ${lowerFirst(runSentence(plan))}`] },
    {
      title: 'How sure (assumed)',
      sentences: [
        `Not at all in any measured sense: it is ${rule}, ${shareText(1 - critical.point.ratio)}. Studies of a ${shift} shift lie between domain ratio ${ratioText(least)} and ${ratioText(most)}.`,
        `With that replay general loss rose over its base by ${listed(rises.map(({ study, rise, beyond }) => `${signedShare(rise)} in [${numberOf(study)}]${beyond ? ' at the most replay it tried' : ''}`))} (numbered below).`,
        'No losses are predicted for your model.',
      ],
    },
    {
      title: 'Published evidence',
      table: {
        columns: [
          { title: '', align: 'right' },
          { title: 'scale', align: 'left' },
          { title: 'enough replay', align: 'right' },
          { title: 'used', align: 'left' },
          { title: 'figures', align: 'left' },
        ],
        rows: evidence.map(({ scale, replay, counted, mark }, k) => [
          `[${k + 1}]`,
          scale,
          replayText(replay),
          counted ? 'yes' : 'interval only',
          MARKS[mark],
        ]),
      },
      sentences: evidence.map(
        ({ study, where, criterion }, k) => `[${k + 1}] ${study}, ${where}: ${criterion}.`,
      ),
    },
    {
      title: 'What pilots would be worth',
      sentences: [
        `The interval here is ${ratioText(pilots.width)} of domain ratio wide: of ${tokensText(pilots.undecidedTokens)} tokens nobody knows whether they should be domain or replay. The small pilots that ship with mixplan left ${ratioText(pilots.piloted)} at their own size and length (3% accepted, 90% of new runs), ${displayNumber(pilots.narrower, 2)} times less: that much here would leave ${tokensText(pilots.afterPilots)} tokens open.`,
        'mixplan check says which pilots tell most.',
      ],
    },
    {
      title: 'It assumes',
      sentences: [
        'Your base model, corpora and learning rate behave as those of the studies.',
        ...spentText(plan),
        'Domain tokens are taken as unique: repeats are not counted.',
      ],
    },
    { title: 'The command that makes this plan again', verbatim: [plan.command] },
  ];
}

function replayText([least, most]: readonly [number, number]): string {
  if (most === 1) return `more than ${shareText(least)}`;
  return least === most ? shareText(least) : `${shareText(least)} to ${shareText(most)}`;
}

function signedShare(rise: number): string {
  return `${rise < 0 ? '−' : '+'}${Math.abs(100 * rise).toFixed(1)}%`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
