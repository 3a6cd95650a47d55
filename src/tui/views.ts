/** The charts there are, in the order of the key that goes through them. */
export const views = [
  { id: 'ratio', title: 'loss against domain ratio', log: false },
  { id: 'tokens', title: 'loss against tokens', log: true },
  { id: 'critical', title: 'critical ratio against tokens', log: true },
  { id: 'tradeOff', title: 'what domain loss costs in general loss', log: false },
  { id: 'budget', title: 'what more budget buys', log: true },
  { id: 'residuals', title: 'where the laws miss the runs', log: true },
  { id: 'laws', title: 'the laws and how they do on what they have not seen', log: false },
] as const;

export type ViewId = (typeof views)[number]['id'];
