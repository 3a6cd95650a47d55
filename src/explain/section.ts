/** What every face prints: titled groups of sentences and tables, without layout. */
export interface Section {
  /** Undefined for the answer itself. */
  readonly title?: string;
  /** What the section is about, as a formula in the notation of mathjs. */
  readonly formula?: string;
  readonly sentences?: readonly string[];
  readonly table?: { readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] };
  /** Lines that must be kept as they are: commands. */
  readonly verbatim?: readonly string[];
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}
