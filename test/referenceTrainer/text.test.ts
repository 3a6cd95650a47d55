import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, noTorch } from './python.ts';

describe.skipIf(noTorch)('text of the reference trainer (skipped where Python has no torch)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'text-'));
    writeFileSync(join(folder, 'b.txt'), 'für');
    writeFileSync(join(folder, 'a.txt'), 'ab');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is bytes in the order of file names, each document ended by 0', () => {
    const read = evaluate<number[]>(
      'from data import Bytes, read_folder\nprint(json.dumps(read_folder(given, Bytes()).tolist()))',
      folder,
    );
    expect(read).toEqual([97, 98, 0, 102, 0xc3, 0xbc, 114, 0]);
  });

  it('is the tokens of a tokenizer, each document ended by the token named for it', () => {
    // Stands in for the package `tokenizers`, as far as the trainer uses it: a token is a character.
    const stub = `
import types
class Tokenizer:
    @staticmethod
    def from_file(path): return Tokenizer()
    def get_vocab_size(self): return 70000
    def token_to_id(self, token): return 65536 if token == '<|endoftext|>' else None
    def encode_batch(self, texts, add_special_tokens):
        assert add_special_tokens is False
        return [types.SimpleNamespace(ids=[ord(each) for each in text]) for text in texts]
sys.modules['tokenizers'] = types.SimpleNamespace(Tokenizer=Tokenizer)
from data import TokenizerFile, Trouble, read_folder
known = TokenizerFile('models/tokenizer.json', '<|endoftext|>')
try:
    TokenizerFile('tokenizer.json', '</s>')
except Trouble as trouble:
    said = str(trouble)
print(json.dumps([known.name, known.vocabulary, read_folder(given, known).tolist(), said]))
`;
    expect(evaluate(stub, folder)).toEqual([
      'tokenizer.json',
      70000,
      [97, 98, 65536, 102, 0xfc, 114, 65536],
      expect.stringMatching(/no token '<\/s>'.*--end-token/),
    ]);
  });

  it('is evaluated on windows that are spread evenly over all of it', () => {
    const starts = evaluate<number[]>(
      `import numpy as np
from data import windows
print(json.dumps(windows('general', np.arange(1001), 10, 5)[:, 0].tolist()))`,
      null,
    );
    expect(starts).toEqual([0, 200, 400, 600, 800]);
  });
});
