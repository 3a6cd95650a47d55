/**
 * An option, once, as data. The command line, its help, the reproducing command, and whatever else lets
 * people set it (a file, the terminal UI) are made from this.
 */
import type { Unit } from '../units/unit.ts';

/** A second flag that sets the same value, read in its own way: `--replay` for `--domain-ratio`. */
export interface Alias<T> {
  readonly flag: `--${string}`;
  readonly unit: Unit<T>;
  readonly help: string;
}

interface Shared {
  readonly flag: `--${string}`;
  readonly short?: `-${string}`;
  /** One line, without a full stop. */
  readonly help: string;
}

/** An option with a value. */
export interface ValueOption<T> extends Shared {
  readonly kind: 'value';
  readonly unit: Unit<T>;
  /** Stands for the value in help: `RISE`. */
  readonly placeholder: string;
  readonly initial?: T;
  readonly aliases?: readonly Alias<T>[];
  /** Joins the values of a flag given several times; without it a second one is refused. */
  readonly merge?: (earlier: T, later: T) => T;
}

/** An option that is on or off, off unless given. */
export interface SwitchOption extends Shared {
  readonly kind: 'switch';
}

/** With a default: always has a value. */
export interface DefaultedOption<T> extends ValueOption<T> {
  readonly initial: T;
}

export function value<T>(
  declaration: Omit<DefaultedOption<T>, 'kind' | 'initial'> & { readonly initial: NoInfer<T> },
): DefaultedOption<T>;
export function value<T>(declaration: Omit<ValueOption<T>, 'kind' | 'initial'>): ValueOption<T>;
export function value<T>(declaration: Omit<ValueOption<T>, 'kind'>): ValueOption<T> {
  return { kind: 'value', ...declaration };
}

export function toggle(declaration: Omit<SwitchOption, 'kind'>): SwitchOption {
  return { kind: 'switch', ...declaration };
}

/** The type of an option's value after parsing; without a default it may be absent. */
export type ValueOf<O> = O extends SwitchOption
  ? boolean
  : O extends DefaultedOption<infer T>
    ? T
    : O extends ValueOption<infer T>
      ? T | undefined
      : never;
