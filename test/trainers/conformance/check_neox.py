"""gpt-neox's own arguments on an emitted folder: python check_neox.py CHECKOUT GPUS."""
import json
import os
import sys

import yaml
from standIns import stand_in_for

checkout, gpus = sys.argv[1:3]
stand_in_for(
    "torch", "deepspeed", "wandb", "best_download", "tokenizers", "tiktoken", "transformers", "sentencepiece",
    "requests", "tqdm", "einops", "ftfy", "lm_dataformat", "mpi4py", "flash_attn", "lm_eval", "boto3", "hf_transfer",
)
os.environ["DLTS_HOSTFILE"] = "/nonexistent"
sys.path.insert(0, checkout)

from megatron.neox_arguments import NeoXArgs  # noqa: E402

with open("plan.yml") as file:
    plan = yaml.safe_load(file)
model = {
    "num_layers": 2, "hidden_size": 64, "num_attention_heads": 4, "max_position_embeddings": 16384,
    "pipe_parallel_size": 0, "model_parallel_size": 1, "global_num_gpus": int(gpus),
}
args = NeoXArgs.from_dict(model | plan)
print(json.dumps({
    "steps": args.train_iters,
    "batchTokens": args.train_batch_size * args.seq_length,
    "warmupTokens": round(args.warmup * args.lr_decay_iters) * args.train_batch_size * args.seq_length,
    "peakLr": args.optimizer["params"]["lr"],
    "weights": dict(zip(args.train_data_paths, args.train_data_weights)),
}))
