/** Where the answers come from: a fit as it was opened, and what it became by leaving runs out. */
import type { FitDocument } from '../documents/fit.ts';
import { commandLine } from '../options/commandLine.ts';
import type { PlanRequest } from '../plan/makePlan.ts';
import type { Values } from './values.ts';

export interface Source {
  /** Whether a fit document was opened, or runs that were fitted on the spot. */
  readonly kind: 'fit' | 'runs';
  /** Operands of the command line that open it again. */
  readonly args: readonly string[];
  readonly fit: FitDocument;
  /** Hash of the text of the fit. */
  readonly sha256: string;
  /** Options of the fit where it was made from runs; empty for a document. */
  readonly fitting: Values;
  /** Path of the fit's file, seen from here; where runs are left out or runs were opened, the path that a plan writes it to. */
  readonly pathWithout: (exclude: readonly string[]) => string;
}

/** A fit that can be asked now: that of the source, or one made again without some runs. */
export interface Held {
  readonly source: Source;
  readonly exclude: readonly string[];
  readonly fit: FitDocument;
  readonly sha256: string;
}

/** What the terminal UI needs of the program around it. */
export interface Host {
  /** What `mixplan plan` would ask of the fit. Throws a `Refusal` as it does. */
  readonly request: (
    fit: FitDocument,
    values: Values,
    from: Pick<PlanRequest, 'command' | 'fitFile'>,
  ) => PlanRequest;
  /** Reads a fit, or fits runs. Throws a `Refusal`. */
  readonly open: (
    args: readonly string[],
    onProgress?: (done: number, total: number) => void,
  ) => Promise<Source>;
  /** The fit that ships, as a path seen from here. */
  readonly shipped: string;
  /** Runs a command of `mixplan`, as if these words were typed after its name. */
  readonly run: (words: readonly string[]) => Promise<RanCommand>;
}

export interface RanCommand {
  /** 0 where it did what was asked. */
  readonly status: number;
  readonly stdout: string;
  /** What it told the person. */
  readonly told: string;
}

/**
 * The command lines that give the plan on the screen, all but the last making what it reads. Laws that are chosen on the
 * screen are taken from a fit: of runs, one has to be written first.
 */
export function commandsFor({ kind, args, fitting, pathWithout }: Source, values: Values): string[] {
  if (kind === 'fit') return [commandLine('plan', args, values)];
  if (values.law === undefined)
    return [commandLine('plan', args, { ...fitting, ...values, law: fitting.law })];
  const { exclude, ...rest } = values;
  const output = pathWithout(exclude ?? []);
  const { noConfig } = values;
  return [
    commandLine('fit', args, { ...fitting, exclude, output, noConfig }),
    commandLine('plan', [output], rest),
  ];
}
