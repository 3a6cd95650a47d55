/**
 * A dimension: how one kind of quantity is typed, written and shown. Inside the program quantities are raw
 * numbers in the base unit that the dimension names; text appears only at the edges.
 */
export interface Unit<T> {
  /** What a value is, as in "20 is not a ...": `token count`. */
  readonly name: string;
  /** Texts that `parse` accepts, the clearest first; shown in help and in refusals. */
  readonly examples: readonly string[];
  /** Reads what a person typed. Throws a `Refusal` that says what was found and what was expected. */
  readonly parse: (text: string) => T;
  /** Exact and short: `parse(format(value))` equals `value`, bit by bit, for every value `parse` can return. */
  readonly format: (value: T) => string;
  /** For reading: numbers to at most 4 significant digits, with their unit. */
  readonly display: (value: T) => string;
  /**
   * Several values in one text, `a,b` or `name=a,name=b`: what a settings file may also spell as a list, or as keys with
   * values.
   */
  readonly collects?: 'items' | 'names';
  /** All the words there are, where they are few: a shell completes them. */
  readonly words?: readonly string[];
  /** A file, which in a settings file is meant relative to that file. */
  readonly isPath?: true;
}
