/**
 * What papers print about how much replay is enough, as data. Marks say how the figures were had: read in the paper or
 * its authors' material (verified), or from a transcription (secondHand). A shift is weak where the new text is another
 * field in languages that the base model knows, strong where it is a new language: our reading of each setting.
 */

export type Shift = 'weak' | 'strong';
export type Mark = 'verified' | 'secondHand' | 'recalled';

interface Source {
  readonly study: string;
  readonly where: string;
  readonly mark: Mark;
  readonly shift: Shift;
  /** Models and tokens. */
  readonly scale: string;
}

/** Measured general losses, from which the replay for any tolerance is read without a law. */
export interface ReplayTable extends Source {
  /** General loss before training, in nats. */
  readonly base: number;
  /** [replay, general loss at the end], replay ascending. */
  readonly rows: readonly (readonly [replay: number, loss: number])[];
}

/** Replay that a paper states to be enough, by a criterion of its own. */
export interface ReplayRule extends Source {
  readonly criterion: string;
  readonly replay: readonly [least: number, most: number];
  /** Whether it is a rule for what to use; turning points are a stricter question, and widen the interval only. */
  readonly counted: boolean;
}

const IBRAHIM = 'Ibrahim et al. 2024, arXiv 2403.08763';
const CMR = 'Gu et al. 2024 (CMR), arXiv 2407.17467';

export const TABLES: readonly ReplayTable[] = [
  {
    study: `${IBRAHIM}, 405M, Pile to SlimPajama`,
    where: 'tables 2, 4 and 12',
    mark: 'secondHand',
    shift: 'weak',
    scale: '405M params, 300B tokens',
    base: 2.17,
    rows: [
      [0, 2.44],
      [0.005, 2.27],
      [0.01, 2.26],
      [0.05, 2.23],
      [0.1, 2.21],
      [0.5, 2.16],
    ],
  },
  {
    study: `${IBRAHIM}, 10B, Pile to SlimPajama`,
    where: 'tables 2, 4 and 12',
    mark: 'secondHand',
    shift: 'weak',
    scale: '10B params, 300B tokens',
    base: 1.75,
    rows: [
      [0, 1.98],
      [0.05, 1.79],
    ],
  },
  {
    study: 'Que et al. 2024 (D-CPT), arXiv 2406.01375, chemistry',
    where: 'table 5',
    mark: 'secondHand',
    shift: 'weak',
    scale: '1.8B params, 10B tokens',
    base: 2.8602,
    rows: [
      [0, 3.4667],
      [0.06, 2.9848],
      [0.07, 2.9644],
      [0.076, 2.9445],
      [0.08, 2.9376],
      [0.09, 2.9193],
      [0.1, 2.9052],
    ],
  },
  {
    study: `${IBRAHIM}, 405M, Pile to German`,
    where: 'tables 2, 4 and 12',
    mark: 'secondHand',
    shift: 'strong',
    scale: '405M params, 200B tokens',
    base: 2.17,
    rows: [
      [0, 3.56],
      [0.01, 2.83],
      [0.05, 2.57],
      [0.1, 2.46],
      [0.25, 2.33],
      [0.5, 2.24],
    ],
  },
];

export const RULES: readonly ReplayRule[] = [
  {
    study: `${IBRAHIM}, rule for a weak shift`,
    where: 'text',
    mark: 'secondHand',
    shift: 'weak',
    scale: '405M and 10B params, 300B tokens',
    criterion: 're-warm, re-decay, 5% replay',
    replay: [0.05, 0.05],
    counted: true,
  },
  {
    study: `${CMR}, finance`,
    where: 'table 5 of version 2, four sizes',
    mark: 'secondHand',
    shift: 'weak',
    scale: '460M to 3.1B params, 20B tokens',
    criterion: 'general loss has turned by the end, a stricter question than a tolerance',
    replay: [0.5217, 0.7024],
    counted: false,
  },
  {
    study: `${IBRAHIM}, rule for a strong shift`,
    where: 'text',
    mark: 'secondHand',
    shift: 'strong',
    scale: '405M params, 200B tokens',
    criterion: 're-warm, re-decay, 15 to 25% replay',
    replay: [0.15, 0.25],
    counted: true,
  },
  {
    study: 'Zheng et al. 2024, arXiv 2407.02118, English to Chinese',
    where: 'section on replay',
    mark: 'verified',
    shift: 'strong',
    scale: '1.4B params, 20 tokens a parameter',
    criterion: '5 to 30% replay is enough; about 30% keeps English loss below its start',
    replay: [0.05, 0.3],
    counted: true,
  },
];
