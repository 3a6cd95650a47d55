/**
 * What a terminal sends that is no key: colours in a pasted text, the marks around a paste, answers to questions that nobody
 * here asked. Ink 6.8 looks up the name of every such sequence, and ends in a TypeError where it has none and the numbers in it
 * read as ctrl held down.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with one
const SEQUENCE = /\u001b(?:\[\[?[0-?]*[ -/]*[@-~$]|O[\d;]*[A-Za-z~^$])/g;

/** Cursor and function keys as terminals write them: with a letter (modifiers after 1;), or with a number and ~, ^ or $. */
const KEY =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  /^\u001b(?:\[\[[A-E]|(?:\[|O)(?:1;\d+)?[A-FHa-e]|\[(?:1;\d+)?Z|O[P-S]|\[\[[56]~|\[(?:[1-8]|1[1-57-9]|2[0134])(?:;\d+)?~|\[[235-8][$^])$/;

/** A text from the terminal without the sequences that are no keys. */
export function withoutStrangers(text: string): string {
  return text.replace(SEQUENCE, (sequence) => (KEY.test(sequence) ? sequence : ''));
}

/** Makes a terminal give only what is typed; returns what ends that. */
export function hearKeysOnly(stdin: NodeJS.ReadStream): () => void {
  const read = stdin.read.bind(stdin);
  stdin.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    return typeof chunk === 'string' ? withoutStrangers(chunk) : chunk;
  };
  return () => Reflect.deleteProperty(stdin, 'read');
}
