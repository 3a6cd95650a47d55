/** `step` or `steps`, as so many of them are called. */
export function nounFor(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

/** A whole number of things, in a sentence: `1 step`, `3,386 steps`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US', { maximumFractionDigits: 0 })} ${nounFor(count, noun)}`;
}
