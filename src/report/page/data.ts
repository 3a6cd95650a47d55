/** What the script of a page is given, as JSON in the page. */

export interface PageData {
  /** Accepted rises as shares of the base, by set; the tolerance slider multiplies all of them. */
  readonly accepted: readonly { readonly set: string; readonly share: number }[];
  readonly confidence: number;
  /** Probabilities of the ends of the interval. */
  readonly tails: readonly [number, number];
  /** The plan: what the levers show before they are moved. */
  readonly planned: {
    readonly ratio: number;
    readonly limit: number;
    readonly interval: readonly [number, number] | null;
    readonly within: number | null;
  };
  readonly strains: {
    readonly tokens: readonly number[];
    readonly ratios: readonly number[];
    readonly levels: readonly number[];
    readonly newRun: readonly (readonly (readonly number[])[])[];
    readonly point: readonly (readonly number[])[];
    readonly mean: readonly (readonly (readonly number[])[])[];
    /** Index into the token counts. */
    readonly planned: number;
    /** Which of the token counts lie beyond the pilots, in size or tokens. */
    readonly beyond: readonly boolean[];
  };
  /** Changes from the base at the end of the planned run. */
  readonly curves: readonly {
    readonly set: string;
    readonly ratios: readonly number[];
    readonly value: readonly number[];
    readonly low: readonly number[] | null;
    readonly high: readonly number[] | null;
  }[];
  /** Sets on the axes of the trade-off. */
  readonly tradeOff: { readonly general: string; readonly domain: string };
  /** Compiled charts, by the key that their place in the page carries. */
  readonly views: Readonly<Record<string, unknown>>;
}
