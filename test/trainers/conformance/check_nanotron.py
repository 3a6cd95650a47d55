"""nanotron's own configuration loader on an emitted folder: python check_nanotron.py CHECKOUT."""
import json
import runpy
import sys

from standIns import stand_in_for

checkout = sys.argv[1]
stand_in_for(
    "torch", "datasets", "transformers", "datatrove", "flash_attn", "lighteval", "functorch", "einops", "huggingface_hub",
    "nanotron.parallel", "nanotron.optim", "nanotron.distributed", "nanotron.generation", "nanotron.models",
    "nanotron.nn", "nanotron.random", "nanotron.s3_checkpoints", "nanotron.scaling",
)
sys.path.insert(0, f"{checkout}/src")
runpy.run_path("make_config.py")

from nanotron.config import get_config_from_file  # noqa: E402

config = get_config_from_file("config.yaml")
tokens, schedule = config.tokens, config.optimizer.learning_rate_scheduler
dataset = config.data_stages[0].data.dataset
batch = tokens.micro_batch_size * tokens.batch_accumulation_per_replica * config.parallelism.dp * tokens.sequence_length
print(json.dumps({
    "steps": tokens.train_steps,
    "batchTokens": batch,
    "warmupTokens": schedule.lr_warmup_steps * batch,
    "peakLr": schedule.learning_rate,
    "weights": dict(zip(dataset.dataset_folder, dataset.dataset_weights)),
}))
