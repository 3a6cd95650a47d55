"""Records what `datasets.interleave_datasets` does with two corpora, for `test/trainers/interleave.test.ts`.

Run as `python record.py > recorded.json` where `datasets` is installed. Recorded are the draws of numpy's generator, on which
everything depends, and the lengths and counts that came of them.
"""

import json
import sys

import datasets
import numpy as np

SEED, PROBABILITIES, ROWS = 42, [0.7, 0.3], {"general": 10_000, "domain": 300}
DRAWS = 15_000

rng = np.random.default_rng(SEED)
draws = np.concatenate([rng.choice(2, size=1000, p=PROBABILITIES) for _ in range(DRAWS // 1000)])
corpora = [datasets.Dataset.from_dict({"corpus": [name] * rows}) for name, rows in ROWS.items()]
results = {}
for strategy in ("first_exhausted", "all_exhausted", "all_exhausted_without_replacement"):
    mixed = datasets.interleave_datasets(
        corpora, probabilities=PROBABILITIES, seed=SEED, stopping_strategy=strategy
    )["corpus"]
    results[strategy] = {name: list(mixed).count(name) for name in ROWS}

json.dump(
    {
        "program": f"datasets {datasets.__version__}, numpy {np.__version__}, Python {sys.version.split()[0]}",
        "seed": SEED,
        "probabilities": PROBABILITIES,
        "rows": ROWS,
        # One bit a draw, the first in the highest place of the first digit: 1 is the domain.
        "draws": np.packbits(draws.astype(np.uint8)).tobytes().hex(),
        "results": results,
    },
    sys.stdout,
    indent=2,
)
print()
