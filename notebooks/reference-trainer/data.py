"""Folders of text as tokens, and the order in which sequences of several corpora are trained on."""
import zlib
from pathlib import Path

import numpy as np


class Trouble(Exception):
    """What the person who started the run has to change."""


class Bytes:
    """A token is a byte; documents end with byte 0."""
    name, vocabulary = 'bytes', 256

    def encode(self, texts):
        return np.frombuffer(b''.join(text.encode() + b'\0' for text in texts), dtype=np.uint8)


class TokenizerFile:
    """A Hugging Face tokenizer.json; documents end with `end_token`."""

    def __init__(self, path, end_token):
        try:
            from tokenizers import Tokenizer
        except ImportError:
            raise Trouble(f'{path} needs the Python package tokenizers; without --tokenizer a token is a byte') from None
        self.tokenizer = Tokenizer.from_file(str(path))
        self.name, self.vocabulary = str(Path(path).name), self.tokenizer.get_vocab_size()
        self.end = self.tokenizer.token_to_id(end_token)
        if self.end is None:
            raise Trouble(f'{path} has no token {end_token!r}: name the one that ends a document with --end-token')

    def encode(self, texts):
        encoded = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        return np.array([token for one in encoded for token in (*one.ids, self.end)], dtype=np.uint32)


def read_folder(folder, tokenizer):
    """All files under a folder, in the order of their names, as one row of tokens."""
    files = sorted(path for path in Path(folder).rglob('*') if path.is_file())
    if not files:
        raise Trouble(f'{folder} holds no files: expected a folder of text')
    try:
        return tokenizer.encode([path.read_text(encoding='utf-8') for path in files])
    except UnicodeDecodeError as trouble:
        raise Trouble(f'{folder} holds a file that is not UTF-8 text: {trouble}') from None


class Corpus:
    """Tokens cut into sequences; each epoch goes through all of them in an order of its own, set by the seed."""

    def __init__(self, name, tokens, length, seed):
        self.name, self.tokens, self.length, self.seed = name, tokens, length, seed
        self.sequences = (len(tokens) - 1) // length
        if self.sequences < 1:
            raise Trouble(f'corpus {name} has {len(tokens)} tokens: expected more than a sequence of {length}')
        self.epoch, self.order = -1, None

    def sequence(self, number):
        """The sequence drawn as the `number`-th from this corpus: length + 1 tokens, the last one only predicted."""
        epoch, position = divmod(number, self.sequences)
        if epoch != self.epoch:
            seeds = np.random.SeedSequence([self.seed, zlib.crc32(self.name.encode()), epoch])
            self.epoch, self.order = epoch, np.random.Generator(np.random.PCG64(seeds)).permutation(self.sequences)
        start = int(self.order[position]) * self.length
        return self.tokens[start : start + self.length + 1]


class Mixer:
    """
    Which corpus each sequence comes from. After any number of sequences every corpus has had its share of them to
    within one sequence (Tijdeman's rule for the chairman assignment problem, Discrete Mathematics 32, 1980): of those
    whose claim has grown large enough the one is served that would be the first to be a sequence short.
    """

    def __init__(self, names):
        self.drawn = {name: 0 for name in names}
        self.claim = {name: 0.0 for name in names}

    def next(self, shares):
        """Name and number of the next sequence; `shares` sums to 1."""
        for name, share in shares.items():
            self.claim[name] += share
        part = 1 / max(2 * len(self.claim) - 2, 1)
        # Some claim is always large enough, but for rounding.
        ready = [name for name in shares if shares[name] > 0 and self.claim[name] >= part - 1e-9]
        ready = ready or [max(self.claim, key=self.claim.get)]
        name = min(ready, key=lambda each: (1 - part - self.claim[each]) / max(shares[each], 1e-12))
        self.claim[name] -= 1
        self.drawn[name] += 1
        return name, self.drawn[name] - 1


def windows(name, tokens, length, count):
    """The same windows of an evaluation text every time, evenly spaced over it."""
    available = (len(tokens) - 1) // length
    if available < 1:
        raise Trouble(f'evaluation text {name} has {len(tokens)} tokens: expected more than a sequence of {length}')
    starts = [i * available // min(count, available) * length for i in range(min(count, available))]
    return np.stack([tokens[start : start + length + 1] for start in starts]).astype(np.int64)
