/**
 * For trainers that cannot weight: a script that writes the mixture beforehand, as one file of documents. It counts the tokens that
 * it writes, so that the shares come out whatever the length of documents is.
 */
import type { EmitRequest, EmittedFile, ReadingFacts } from './adapter.ts';
import { asNumbers, asTexts, constantOf, pythonConstants, pythonLiteral, pythonTable } from './python.ts';
import { byName, corpusAt, fileNamed, normalised } from './reading.ts';
import { stepsOf, takingPart } from './steps.ts';
import { comments } from './yaml.ts';

export const PREMIX = 'mix.py';
/** What the script writes, and the trainer then reads. */
export const MIXED_FOLDER = 'mixed';
export const MIXED = `${MIXED_FOLDER}/train.jsonl`;

/** Packing loses a little of every document at the end of a batch; the run shall not run out. */
const SURPLUS = 1.01;

export function premixScript(request: EmitRequest): EmittedFile {
  const { run, data } = request;
  const corpora = takingPart(run);
  const all = stepsOf(request).steps * run.batchTokens * SURPLUS;
  const targets = Object.fromEntries(corpora.map(({ name, share }) => [name, Math.round(share * all)]));
  const paths = Object.fromEntries(corpora.map(({ name }) => [name, data[name]]));
  return {
    path: PREMIX,
    text: `${comments(request.header)}

import json
from pathlib import Path

from datasets import load_dataset
from transformers import AutoTokenizer

# Tokens of each corpus: 1% more than the run takes, in the shares of the plan.
TOKENS = ${pythonTable(targets)}
DATA = ${pythonTable(paths)}
TOKENIZER = ${pythonLiteral(request.tokenizer ?? request.base)}
SEED = ${pythonLiteral(run.seed ?? 0)}
MIXED = ${pythonLiteral(MIXED)}
${BODY}`,
  };
}

/** Shares of tokens in the file that the script writes. */
export function premixedShares(
  files: readonly EmittedFile[],
  facts: Pick<ReadingFacts, 'data'>,
): Readonly<Record<string, number>> {
  const constants = pythonConstants(fileNamed(files, PREMIX).text);
  const tokens = constantOf(constants, 'TOKENS', asNumbers);
  const data = constantOf(constants, 'DATA', asTexts);
  const names = Object.keys(tokens).map((name) => corpusAt(data[name], facts));
  return byName(names, normalised(Object.values(tokens)));
}

const BODY = `
FORMATS = {".json": "json", ".jsonl": "json", ".parquet": "parquet", ".txt": "text"}


def documents(where):
    """Documents of a corpus without end: in a new order each time that it starts over."""
    kind = FORMATS.get(Path(where.removesuffix(".gz").removesuffix(".zst")).suffix)
    if kind is None:
        corpus = load_dataset(where, split="train", streaming=True)
    else:
        corpus = load_dataset(kind, data_files=where, split="train", streaming=True)
    epoch = 0
    while True:
        for row in corpus.shuffle(seed=SEED + epoch, buffer_size=10_000):
            yield row["text"]
        epoch += 1


def main():
    tokenizer = AutoTokenizer.from_pretrained(TOKENIZER)
    corpora = {name: documents(where) for name, where in DATA.items()}
    written = dict.fromkeys(TOKENS, 0)
    Path(MIXED).parent.mkdir(exist_ok=True)
    with open(MIXED, "w", encoding="utf-8") as mixed:
        while any(written[name] < TOKENS[name] for name in TOKENS):
            # The next document is of the corpus that is furthest behind.
            name = min(TOKENS, key=lambda each: written[each] / TOKENS[each])
            text = next(corpora[name])
            mixed.write(json.dumps({"text": text}, ensure_ascii=False) + "\\n")
            # The end of text is a token as well.
            written[name] += len(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]) + 1
    total = sum(written.values())
    for name, tokens in written.items():
        print(f"{name}: {tokens:,} tokens, {tokens / total:.4%}")


if __name__ == "__main__":
    main()
`;
