/**
 * What a run may cost, in whichever currency people have it: GPU-hours, time on so many GPUs, computation,
 * money or tokens. Turning one into another needs hardware and prices, so it is done above this folder.
 */
import { ambiguousUnit, notAQuantity, unitMissing, unitUnexpected } from '../problems/units.ts';
import { duration, hoursIn } from './duration.ts';
import { flop, flopPower } from './flop.ts';
import { looksLikeMoney, money } from './money.ts';
import {
  displayNumber,
  formatNumber,
  inRange,
  plainText,
  positive,
  refuse,
  type ScannedNumber,
  scanNumber,
  toDouble,
  toQuantity,
} from './number.ts';
import { countScale } from './scale.ts';
import { tokens } from './tokens.ts';
import type { Unit } from './unit.ts';
import { wholeNumber } from './whole.ts';

export type Budget =
  | { readonly kind: 'gpuHours'; readonly gpuHours: number }
  /** So many GPUs for so long: fixes the size of the machine too. */
  | { readonly kind: 'gpuTime'; readonly hours: number; readonly gpus: number }
  | { readonly kind: 'flop'; readonly flop: number }
  /** Needs a price per GPU-hour. */
  | { readonly kind: 'money'; readonly dollars: number }
  | { readonly kind: 'tokens'; readonly tokens: number };

const name = 'budget';
const examples = ['512gpu-h', '"3 days x 16 gpu"', '1e21FLOP', "'$20k'", '10Btokens'];

const gpuTime = /^(.+?)\s*(?:\*|\bx\b|x(?=\s*\d)|\bfor\b|\bon\b)\s*(.+)$/i;
const gpuWord = /^gpus?$/i;
const gpuHourWord = /^gpus?[\s-]*(h|hrs?|hours?|d|days?|w|wk|weeks?)$/i;
const namedGpuHour = /^([a-z]+\d+\w*)[\s-]*(?:gpu[\s-]*)?(?:h|hrs?|hours?)$/i;

/** Any budget that people write: `512gpu-h`, `64 gpu-hours`, `3 days x 16 gpu`, `1e21 FLOP`, `$20k`, `10B tokens`. */
export const budget: Unit<Budget> = {
  name,
  examples,
  parse: (text) => {
    const plain = plainText(text);
    const product = gpuTime.exec(plain);
    if (product !== null) return parseGpuTime(text, product[1]!, product[2]!);
    if (looksLikeMoney(plain)) return { kind: 'money', dollars: money.parse(plain) };
    const scanned = scanNumber(plain) ?? refuse(notAQuantity({ text, name, examples }));
    return parseByUnit(text, plain, scanned);
  },
  format: (value) => {
    switch (value.kind) {
      case 'gpuHours':
        return `${formatNumber(value.gpuHours)}gpu-h`;
      case 'gpuTime':
        return `${duration.format(value.hours)} x ${value.gpus} gpu`;
      case 'flop':
        return flop.format(value.flop);
      case 'money':
        return money.format(value.dollars);
      case 'tokens':
        return `${tokens.format(value.tokens)} tokens`;
    }
  },
  display: (value) => {
    switch (value.kind) {
      case 'gpuHours':
        return `${displayNumber(value.gpuHours)} GPU-hours`;
      case 'gpuTime':
        return `${duration.display(value.hours)} on ${value.gpus} GPUs`;
      case 'flop':
        return flop.display(value.flop);
      case 'money':
        return money.display(value.dollars);
      case 'tokens':
        return `${tokens.display(value.tokens)} tokens`;
    }
  },
};

function parseByUnit(text: string, plain: string, scanned: ScannedNumber): Budget {
  const { unit } = scanned;
  const gpuHour = gpuHourWord.exec(unit);
  if (gpuHour !== null) {
    const gpuHours = toQuantity(text, name, positive, scanned) * hoursIn(gpuHour[1]!)!;
    return { kind: 'gpuHours', gpuHours: inRange(text, name, positive, gpuHours) };
  }
  if (flopPower(unit) !== undefined) return { kind: 'flop', flop: flop.parse(plain) };
  const scale = countScale(unit, ['tokens', 'token', 'toks', 'tok']);
  if (scale !== undefined && scale.noun !== '') {
    return { kind: 'tokens', tokens: toQuantity(text, name, positive, scanned, scale.power) };
  }
  return refuseUnit(text, scanned, scale !== undefined);
}

/** Says what the number may have meant: the refusals here are the ones that people will meet most. */
function refuseUnit(text: string, scanned: ScannedNumber, isBareCount: boolean): never {
  const { unit } = scanned;
  const count = formatNumber(toDouble(scanned));
  if (unit === '')
    refuse(unitMissing({ text, suggestions: [`${count}gpu-h`, `${count}FLOP`, `'$${count}'`] }));
  if (isBareCount)
    refuse(unitMissing({ text, suggestions: [`${plainText(text)}tokens`, `'$${plainText(text)}'`] }));
  if (hoursIn(unit) !== undefined) {
    const reason = 'hours of the clock, or of GPUs';
    const gpuHours = `${formatNumber(toDouble(scanned) * hoursIn(unit)!)}gpu-h`;
    refuse(ambiguousUnit({ text, reason, suggestions: [gpuHours, `"${plainText(text)} x 8 gpu"`] }));
  }
  const gpu = namedGpuHour.exec(unit)?.[1];
  if (gpu !== undefined) {
    const reason = 'the accelerator is named on its own';
    refuse(ambiguousUnit({ text, reason, suggestions: [`${count}gpu-h with --gpu ${gpu.toLowerCase()}`] }));
  }
  return refuse(unitUnexpected({ text, unit, name, examples }));
}

const gpuCount = wholeNumber('number of GPUs', 1, '16');

/** `3 days` and `16 gpu`, in either order. */
function parseGpuTime(text: string, left: string, right: string): Budget {
  const [time, machine] = gpuWord.test(scanNumber(left)?.unit ?? '') ? [right, left] : [left, right];
  const scanned = scanNumber(machine);
  if (scanned === undefined || !gpuWord.test(scanned.unit)) refuse(notAQuantity({ text, name, examples }));
  const gpus = gpuCount.parse(machine.replace(/\s*gpus?$/i, ''));
  return { kind: 'gpuTime', hours: duration.parse(time), gpus };
}
