"""Megatron-LM's own parser and blend on an emitted folder: python check_megatron.py CHECKOUT WORLD_SIZE."""
import json
import os
import re
import sys
import typing

from standIns import stand_in_for

checkout, world_size = sys.argv[1:3]
stand_in_for(
    "torch", "triton", "einops", "transformer_engine", "apex", "flash_attn", "tensorstore", "zarr", "transformers",
    "megatron.core.inference.unified_memory", "megatron.core.ssm.ops",
)
if not hasattr(typing, "override"):
    typing.override = lambda function: function
sys.path.insert(0, checkout)
os.environ |= {"WORLD_SIZE": world_size, "RANK": "0", "LOCAL_RANK": "0", "CUDA_DEVICE_MAX_CONNECTIONS": "1"}

with open("arguments.txt") as file:
    words = re.sub("#.*", "", file.read()).split()
model = "--num-layers 2 --hidden-size 64 --num-attention-heads 4 --max-position-embeddings 16384 --load base --finetune"
sys.argv = ["pretrain_gpt.py", *words, *model.split()]

from megatron.training.arguments import parse_args, validate_args  # noqa: E402

args = parse_args()
validate_args(args)

from megatron.core.datasets.utils import get_blend_from_list, normalize  # noqa: E402

with open(args.per_split_data_args_path) as file:
    splits = json.load(file)
prefixes, weights = get_blend_from_list(splits["train"])
print(json.dumps({
    "steps": args.train_iters,
    "batchTokens": args.global_batch_size * args.seq_length,
    "warmupTokens": args.lr_warmup_iters * args.global_batch_size * args.seq_length,
    "peakLr": args.lr,
    "weights": dict(zip(prefixes, normalize(weights))),
    "evaluated": get_blend_from_list(splits["valid"])[1] is None,
}))
