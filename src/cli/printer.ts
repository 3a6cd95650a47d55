/**
 * The one place that decides streams: answers go to stdout, everything said about them to stderr, so that
 * `mixplan predict fit.json > grid.csv` is always a clean file.
 *
 * With `--json` each problem is one JSON object on a line of its own on stderr (schema `mixplan.problem/1`);
 * stdout carries the answer and nothing else in either mode. `--quiet` keeps errors and drops the rest.
 */
import { canonicalJson } from '../documents/canonical.ts';
import type { Place, Problem, Severity } from '../problems/problem.ts';

export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width in characters, on a terminal. */
  readonly columns?: number | undefined;
}

/** The environment variables that matter here. */
export interface Environment {
  readonly NO_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

export interface PrinterSettings {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether colour is allowed at all; it is used only where the stream is a terminal. */
  readonly colour: boolean;
}

const colours = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39], cyan: [36, 39] } as const;
export type Style = keyof typeof colours;
export type Paint = (style: Style, text: string) => string;

export interface Printer {
  readonly json: boolean;
  /** Whether stdout is a terminal. */
  readonly onTerminal: boolean;
  /** Width of stdout in characters: that of the terminal, or 100 where there is none. */
  readonly width: number;
  /** Colours text that goes to stdout; leaves it alone where stdout is no terminal. */
  readonly paint: Paint;
  /** The answer, to stdout; a line break is added where it has none. */
  data(text: string): void;
  /** The answer as canonical JSON, to stdout. */
  dataJson(value: unknown): void;
  /** The same on a line of its own, for answers of several parts. */
  dataLine(value: unknown): void;
  /** A remark for the person at the terminal ("wrote plan.json"), to stderr; silent with --quiet or --json. */
  say(text: string): void;
  /**
   * Replaces the line that the last call showed, on stderr, where that is a terminal and neither --quiet nor --json
   * is set; '' clears it. Returns whether anything was shown.
   */
  transient(text: string): boolean;
  /** Errors first, then warnings, then notes, to stderr. */
  problems(problems: readonly Problem[]): void;
}

/** More problems than this are counted by kind instead of printed, for people; JSON has them all. */
export const mostProblemsShown = 20;

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };
const severityStyle: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', note: 'cyan' };

/** Colour is wanted unless `--no-color` or a non-empty `NO_COLOR` (no-color.org) says otherwise. */
export function colourAllowed(argv: readonly string[], env: Environment): boolean {
  return !argv.includes('--no-color') && !env.NO_COLOR && env.TERM !== 'dumb';
}

export function createPrinter({ stdout, stderr, json, quiet, colour }: PrinterSettings): Printer {
  const paint = painter(colour && stdout.isTTY === true);
  const paintError = painter(colour && stderr.isTTY === true);
  return {
    json,
    onTerminal: stdout.isTTY === true,
    width: stdout.columns ?? 100,
    paint,
    data: (text) => void stdout.write(endLine(stdout.isTTY === true ? tame(text) : text)),
    dataJson: (value) => void stdout.write(canonicalJson(value)),
    dataLine: (value) => void stdout.write(`${JSON.stringify(JSON.parse(canonicalJson(value)))}\n`),
    say: (text) => {
      if (!quiet && !json) stderr.write(endLine(tame(text)));
    },
    transient: (text) => {
      if (quiet || json || stderr.isTTY !== true) return false;
      stderr.write(`\r\u001b[K${visible(text)}`);
      return true;
    },
    problems: (problems) => {
      const wanted = problems
        .filter((problem) => !quiet || problem.severity === 'error')
        .toSorted((a, b) => rank[a.severity] - rank[b.severity]);
      if (wanted.length === 0) return;
      stderr.write(json ? problemLines(wanted) : problemText(wanted, paintError));
    },
  };
}

/** `runs.csv:12: domain_ratio`, `mixplan.yaml:3:12: gpu`, or as much of it as is known. */
export function formatPlace(place: Place): string {
  const where = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
  const inFile = place.file === undefined && place.line !== undefined ? `line ${where}` : where;
  return [inFile, place.field].filter((part) => part !== undefined && part !== '').join(': ');
}

function problemLines(problems: readonly Problem[]): string {
  return problems
    .map((problem) => `${JSON.stringify({ schema: 'mixplan.problem/1', ...problem })}\n`)
    .join('');
}

function problemText(problems: readonly Problem[], paint: Paint): string {
  const shown = problems.slice(0, mostProblemsShown);
  const lines = shown.flatMap((problem, index) => {
    const label = paint('bold', paint(severityStyle[problem.severity], `${problem.severity}:`));
    const place = problem.place === undefined ? '' : formatPlace(problem.place);
    const line = `${label} ${visible(clipped(place === '' ? problem.message : `${place}: ${problem.message}`))}`;
    // The same advice under twenty lines in a row is read once: say it after the last of them.
    const repeated = problem.hint === shown[index + 1]?.hint;
    return problem.hint === undefined || repeated
      ? [line]
      : [line, `${paint('cyan', 'hint:')} ${visible(clipped(problem.hint))}`];
  });
  const hidden = problems.slice(mostProblemsShown);
  if (hidden.length > 0) lines.push(`... and ${hidden.length} more: ${countByCode(hidden)}`);
  const codes = [...new Set(problems.map((problem) => problem.code))];
  lines.push(paint('dim', `more about this: mixplan explain ${codes.join(' ')}`));
  return `${lines.join('\n')}\n`;
}

/** What moves the cursor, or turns round the direction in which the text after it is read. */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
/** The same but line breaks, tabs and the colours of `painter`. */
const STEERING_TEXT = new RegExp(`(\\u001b\\[(?:1|2|22|31|33|36|39)m|\\r?\\n|\\t)|${STEERING.source}`, 'gu');

const escapedForm = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Characters that steer a terminal escaped: messages quote foreign files. */
function visible(text: string): string {
  return text.replace(STEERING, (character) =>
    /[\b\f\n\r\t]/.test(character) ? JSON.stringify(character).slice(1, -1) : escapedForm(character),
  );
}

/** The same for whole texts with their lines and colours: names in them may be foreign. */
function tame(text: string): string {
  return text.replace(STEERING_TEXT, (character, ours?: string) => ours ?? escapedForm(character));
}

/** Longer messages quote something that is no name but a damaged file: their middle is left out for people. */
const LONGEST = 2000;

function clipped(text: string): string {
  if (text.length <= LONGEST) return text;
  const half = LONGEST / 2;
  return `${text.slice(0, half)} ... (${text.length - LONGEST} characters) ... ${text.slice(-half)}`;
}

/** `30 ratio-out-of-range, 7 loss-not-positive`, the most frequent first. */
function countByCode(problems: readonly Problem[]): string {
  const counts = new Map<string, number>();
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([code, count]) => `${count} ${code}`)
    .join(', ');
}

function painter(coloured: boolean): Paint {
  return (style, text) => {
    const [on, off] = colours[style];
    return coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
