"""levanter's own dealing of blocks and names of fields on an emitted folder: python check_levanter.py CHECKOUT.

Methods and fields are lifted out of its sources, so that jax is not needed. A checkout of marin has them in lib/levanter.
"""
import ast
import json
import pathlib
import sys
import types
import warnings

import numpy as np
import yaml

checkout = pathlib.Path(sys.argv[1])
source = next(path for path in (checkout / "lib/levanter/src/levanter", checkout / "src/levanter") if path.exists())
trees = [ast.parse(path.read_text()) for path in source.rglob("*.py")]
classes = {node.name: node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def fields(name):
    """Of a dataclass and what it derives from."""
    if name not in classes:
        return set()
    own = {each.target.id for each in classes[name].body if isinstance(each, ast.AnnAssign)}
    return own.union(*(fields(base.id) for base in classes[name].bases if isinstance(base, ast.Name)))


def method(name):
    node = next(each for each in classes["MixtureDataset"].body if getattr(each, "name", None) == name)
    node.decorator_list = []
    namespace = {"np": np, "warnings": warnings}
    code = ast.Module(body=[ast.ImportFrom("__future__", [ast.alias("annotations")], 0), node], type_ignores=[])
    exec(compile(ast.fix_missing_locations(code), name, "exec"), namespace)
    return namespace[name]


with open("config.yaml") as file:
    config = yaml.safe_load(file)
data_class = "LmDataConfig" if "components" in config["data"] else "LMMixtureDatasetConfig"
if data_class not in classes:
    # Data is named in the other way there.
    print(json.dumps({"without": data_class}))
    sys.exit()
known = {
    "": fields("TrainLmConfig"),
    "data": fields(data_class),
    "optimizer": fields("AdamConfig") | {"type"},
    "trainer": fields("TrainerConfig"),
}
unknown = [key for key in config if key not in known[""]]
for part in ("data", "optimizer", "trainer"):
    unknown += [f"{part}.{key}" for key in config[part] if key not in known[part]]

weights = method("_normalize_weights")(config["data"]["train_weights"])
block = config["data"]["mixture_block_size"]
mixture = types.SimpleNamespace(datasets=weights, dataset_index=list(weights), weights=weights)
counts = method("_compute_expected_counts_per_block")(mixture, weights, block)
print(json.dumps({
    "unknown": unknown,
    "shares": {name: int(count) / block for name, count in zip(weights, counts)},
}))
