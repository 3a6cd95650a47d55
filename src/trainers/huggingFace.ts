/**
 * A script for the Trainer of transformers (4.55 to 5.x). It packs each corpus into rows of one length before it mixes them,
 * so that a probability of `interleave_datasets` is a share of tokens and no correction for the length of documents is needed.
 */
import { leftToYou } from '../problems/trainers.ts';
import type { Emission, EmitRequest, TrainerAdapter } from './adapter.ts';
import { refusePhases, refuseTinyShares, repeatNotes } from './common.ts';
import { everySet, setsAt } from './evaluation.ts';
import { type HfSchedule, hfSchedule, readHfSchedule } from './hfSchedule.ts';
import { HUB_MODEL, HUB_TEXT } from './hub.ts';
import { checkedProbabilities, decimals } from './probabilities.ts';
import {
  asNumber,
  asNumbers,
  asTexts,
  constantOf,
  type PythonValue,
  pythonConstant,
  pythonConstants,
  pythonTable,
} from './python.ts';
import { byName, corpusAt, fileNamed } from './reading.ts';
import { realisedRun } from './realised.ts';
import { allLast, type Steps, stepsOf, takingPart } from './steps.ts';
import { torchrun } from './torchrun.ts';

const NAME = 'Hugging Face Trainer';
const SCRIPT = 'train.py';

export const huggingFace: TrainerAdapter = {
  id: 'huggingface',
  name: NAME,
  mixing: 'tokens',
  means: {
    data: HUB_TEXT,
    base: HUB_MODEL,
  },
  tokenizer: 'optional',
  hasVersions: false,
  evaluates: everySet,
  limits: [],
  logs: ['hf-trainer'],
  emit,
  readBack: (files, facts) => {
    const constants = pythonConstants(fileNamed(files, SCRIPT).text);
    const number = (name: string): number => constantOf(constants, name, asNumber);
    const shares = constantOf(constants, 'SHARES', asNumbers);
    const data = constantOf(constants, 'DATA', asTexts);
    const sequenceLength = number('SEQUENCE_LENGTH');
    const peakLr = number('PEAK_LR');
    const warmup = number('WARMUP_STEPS');
    const steps = number('STEPS');
    return realisedRun({
      shares: byName(
        Object.keys(shares).map((name) => corpusAt(data[name], facts)),
        checkedProbabilities(Object.values(shares), SCRIPT),
      ),
      quantum: 0,
      steps,
      batchTokens: number('GPUS') * number('SEQUENCES_PER_GPU') * number('ACCUMULATION') * sequenceLength,
      sequenceLength,
      warmup,
      peakLr,
      schedule: readHfSchedule(constants.get('SCHEDULE'), constants.get('SCHEDULE_OPTIONS'), {
        peakLr,
        warmup,
        steps,
      }),
      evals: setsAt(Object.values(constantOf(constants, 'EVAL_DATA', asTexts)), facts),
    });
  },
};

function emit(request: EmitRequest): Emission {
  const { run } = request;
  const steps = stepsOf(request);
  refusePhases(request, NAME);
  refuseTinyShares(request, NAME, steps.samples);
  return {
    files: [{ path: SCRIPT, text: script(request, steps, hfSchedule(run, steps)) }],
    notes: [
      ...repeatNotes(
        request,
        'interleave_datasets',
        'starts it again with all_exhausted, while the other corpora go on',
      ),
      leftToYou({
        what: "How the model is sharded over GPUs is left to accelerate (or the fsdp argument of TrainingArguments), as are the optimiser's decay and betas",
      }),
    ],
    command: torchrun(request.gpus, SCRIPT),
  };
}

function script(request: EmitRequest, steps: Steps, schedule: HfSchedule): string {
  const { run, data, evalData } = request;
  const corpora = takingPart(run);
  const weights = decimals(corpora.map(({ share }) => share));
  const named = <T extends PythonValue>(values: readonly (readonly [string, T])[]): string =>
    pythonTable(Object.fromEntries(values));
  const evals = run.evals.filter(({ name }) => evalData[name] !== undefined);
  return `${[
    ...request.header.map((line) => `# ${line}`.trimEnd()),
    '',
    'from pathlib import Path',
    '',
    'from datasets import interleave_datasets, load_dataset',
    'from transformers import (',
    '    AutoModelForCausalLM,',
    '    AutoTokenizer,',
    '    Trainer,',
    '    TrainingArguments,',
    '    default_data_collator,',
    ')',
    '',
    '# The mixture: shares of training tokens. They have to sum to 1.',
    `SHARES = ${named(corpora.map(({ name }, k) => [name, weights[k]]))}`,
    `DATA = ${named(corpora.map(({ name }) => [name, data[name]]))}`,
    '# What a corpus does that runs out before the run ends.',
    // A small one starts over while the others go on; the run itself ends at its last step.
    pythonConstant('STOPPING', allLast(run) ? 'first_exhausted' : 'all_exhausted'),
    '',
    '# Evaluated one by one, as eval_<name>_loss.',
    `EVAL_DATA = ${named(evals.map(({ name }) => [name, evalData[name]]))}`,
    pythonConstant('EVAL_EVERY', steps.evalEvery, 'steps'),
    '',
    '# Where it starts from and where it goes.',
    pythonConstant('MODEL', request.base),
    pythonConstant('TOKENIZER', request.tokenizer ?? request.base),
    pythonConstant('OUTPUT', request.output),
    pythonConstant('SEED', run.seed ?? 0),
    '',
    '# How long, and in which batches.',
    pythonConstant('SEQUENCE_LENGTH', run.sequenceLength, 'tokens'),
    pythonConstant('GPUS', request.gpus),
    pythonConstant('SEQUENCES_PER_GPU', request.microBatch),
    pythonConstant('ACCUMULATION', steps.accumulation),
    pythonConstant('STEPS', steps.steps),
    pythonConstant('SAVE_EVERY', steps.saveEvery, 'steps'),
    '',
    '# The learning rate.',
    pythonConstant('PEAK_LR', run.schedule.peakLr),
    pythonConstant('WARMUP_STEPS', steps.warmup),
    pythonConstant('SCHEDULE', schedule.type),
    pythonConstant('SCHEDULE_OPTIONS', schedule.options),
  ].join('\n')}
${BODY}`;
}

/** What the script does with its constants. */
const BODY = `
FORMATS = {".json": "json", ".jsonl": "json", ".parquet": "parquet", ".txt": "text"}


def documents(where):
    """Documents one by one: of a file, of a folder, or of a data set on the Hub."""
    kind = FORMATS.get(Path(where.removesuffix(".gz").removesuffix(".zst")).suffix)
    if kind is None:
        return load_dataset(where, split="train", streaming=True)
    return load_dataset(kind, data_files=where, split="train", streaming=True)


def rows(texts, tokenizer):
    """Rows of SEQUENCE_LENGTH tokens, documents joined by the end of text: a share of rows is a share of tokens."""

    def pack(batch):
        ids = []
        for text in tokenizer(batch["text"], add_special_tokens=False, verbose=False)["input_ids"]:
            ids += text + [tokenizer.eos_token_id]
        # What remains of a thousand documents is less than a row, and dropped.
        starts = range(0, len(ids) - SEQUENCE_LENGTH + 1, SEQUENCE_LENGTH)
        packed = [ids[start : start + SEQUENCE_LENGTH] for start in starts]
        return {"input_ids": packed, "labels": packed}

    return texts.select_columns(["text"]).map(pack, batched=True, batch_size=1_000, remove_columns=["text"])


def mixture(tokenizer):
    corpora = {
        name: rows(documents(where).shuffle(seed=SEED, buffer_size=10_000), tokenizer)
        for name, where in DATA.items()
    }
    return interleave_datasets(
        list(corpora.values()),
        probabilities=[SHARES[name] for name in corpora],
        seed=SEED,
        stopping_strategy=STOPPING,
    )


def main():
    tokenizer = AutoTokenizer.from_pretrained(TOKENIZER)
    arguments = TrainingArguments(
        output_dir=OUTPUT,
        seed=SEED,
        max_steps=STEPS,
        per_device_train_batch_size=SEQUENCES_PER_GPU,
        gradient_accumulation_steps=ACCUMULATION,
        dataloader_num_workers=1,
        bf16=True,
        learning_rate=PEAK_LR,
        warmup_steps=WARMUP_STEPS,
        lr_scheduler_type=SCHEDULE,
        lr_scheduler_kwargs=SCHEDULE_OPTIONS,
        eval_strategy="steps" if EVAL_DATA else "no",
        eval_steps=EVAL_EVERY,
        eval_on_start=bool(EVAL_DATA),
        per_device_eval_batch_size=SEQUENCES_PER_GPU,
        save_strategy="steps",
        save_steps=SAVE_EVERY,
        logging_steps=10,
        report_to="none",
    )
    if arguments.world_size != GPUS:
        raise SystemExit(f"The batch is meant for {GPUS} GPUs, and there are {arguments.world_size}.")
    trainer = Trainer(
        # The weights are kept in single precision; bf16 above is what is computed in.
        model=AutoModelForCausalLM.from_pretrained(MODEL).float(),
        args=arguments,
        train_dataset=mixture(tokenizer),
        eval_dataset={name: rows(documents(where), tokenizer) for name, where in EVAL_DATA.items()},
        data_collator=default_data_collator,
        processing_class=tokenizer,
    )
    started = any(Path(OUTPUT).glob("checkpoint-*"))
    trainer.train(resume_from_checkpoint=started)
    trainer.save_model()


if __name__ == "__main__":
    main()
`;
