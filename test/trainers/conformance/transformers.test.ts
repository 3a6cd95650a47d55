/**
 * What the Trainer of transformers takes. TRANSFORMERS_SRC names its package folder (`src/transformers` of a checkout, or the one
 * that is installed), which is only parsed; HF_PYTHON names a Python with torch, transformers and datasets, which runs them.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TrainerAdapter } from '../../../src/trainers/adapter.ts';
import { axolotl } from '../../../src/trainers/axolotl.ts';
import { hfSchedule } from '../../../src/trainers/hfSchedule.ts';
import { huggingFace } from '../../../src/trainers/huggingFace.ts';
import { llamaFactory } from '../../../src/trainers/llamaFactory.ts';
import { stepsOf } from '../../../src/trainers/steps.ts';
import { parseYaml } from '../../../src/trainers/yaml.ts';
import { python } from '../python.ts';
import { requestOf } from '../randomRequests.ts';

const source = process.env.TRANSFORMERS_SRC || undefined;
const program = process.env.HF_PYTHON || undefined;
const KINDS = ['constant', 'cosine', 'linear', 'wsd'] as const;

const emitted = (adapter: TrainerAdapter, path: string): string =>
  adapter.emit(requestOf({ kind: 'wsd' })).files.find((file) => file.path === path)!.text;

describe.skipIf(source === undefined)('transformers as it is written (TRANSFORMERS_SRC)', () => {
  /** Annotated fields of a class, or values of an enumeration. */
  const members = (file: string, name: string): string[] =>
    python(
      `import ast, json, sys
text, name = json.load(sys.stdin)
body = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ClassDef) and n.name == name).body
fields = [n.target.id for n in body if isinstance(n, ast.AnnAssign)]
print(json.dumps(fields or [n.value.value for n in body if isinstance(n, ast.Assign)]))`,
      [readFileSync(join(source!, file), 'utf8'), name],
    );

  it('has every argument that the script gives', () => {
    const script = emitted(huggingFace, 'train.py');
    const given = python<string[]>(
      `import ast, json, sys
calls = [n for n in ast.walk(ast.parse(json.load(sys.stdin))) if isinstance(n, ast.Call)]
print(json.dumps([k.arg for n in calls if getattr(n.func, "id", "") == "TrainingArguments" for k in n.keywords]))`,
      script,
    );
    const fields = members('training_args.py', 'TrainingArguments');
    expect(given.length).toBeGreaterThan(10);
    expect(given.filter((name) => !fields.includes(name))).toEqual([]);
  });

  it('has every setting of LLaMA-Factory and axolotl that goes through to it', () => {
    const fields = members('training_args.py', 'TrainingArguments');
    const through = [
      'max_steps',
      'learning_rate',
      'warmup_steps',
      'lr_scheduler_kwargs',
      'eval_strategy',
      'save_steps',
      'bf16',
      'seed',
    ];
    for (const adapter of [llamaFactory, axolotl]) {
      const keys = Object.keys(parseYaml(emitted(adapter, 'train.yaml'), 'train.yaml') ?? {});
      expect(through.filter((key) => !keys.includes(key))).toEqual([]);
    }
    expect(through.filter((key) => !fields.includes(key))).toEqual([]);
    // Gone or renamed in version 5; an old name would be refused.
    for (const adapter of [llamaFactory, axolotl])
      expect(emitted(adapter, 'train.yaml')).not.toMatch(
        /warmup_ratio|evaluation_strategy|overwrite_output_dir/,
      );
  });

  it.each(KINDS)('knows the schedule that %s is called', (kind) => {
    const types = members('trainer_utils.py', 'SchedulerType');
    for (const finalLrShare of [0, 0.1]) {
      const request = requestOf({ kind, finalLrShare });
      expect(types).toContain(hfSchedule(request.run, stepsOf(request)).type);
    }
  });
});

describe.skipIf(program === undefined)('transformers as it runs (HF_PYTHON)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mixplan-hf-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = <T>(text: string, input: unknown): T =>
    python<T>(text, input, program, {
      HF_HUB_OFFLINE: '1',
      HF_HOME: folder,
      TOKENIZERS_PARALLELISM: 'false',
    });

  it('gives the learning rates of the schedule: none at first, the peak after the warm-up, the final share at the end', () => {
    const cases = KINDS.flatMap((kind) =>
      [0, 0.1].map((finalLrShare) => {
        const request = requestOf({ kind, finalLrShare, steps: 1000, warmup: 10, decay: 200 });
        const steps = stepsOf(request);
        return {
          kind,
          finalLrShare,
          ...hfSchedule(request.run, steps),
          steps: steps.steps,
          warmup: steps.warmup,
        };
      }),
    );
    const rates = run<readonly (readonly number[])[]>(
      `import json, sys, torch
from transformers import get_scheduler
rates = []
for case in json.load(sys.stdin):
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], lr=1e-4)
    scheduler = get_scheduler(case["type"], optimizer, num_warmup_steps=case["warmup"],
        num_training_steps=case["steps"], scheduler_specific_kwargs=case["options"])
    seen = []
    for _ in range(case["steps"] + 1):
        seen.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    rates.append(seen)
print(json.dumps(rates))`,
      cases,
    );
    for (const [k, { kind, finalLrShare }] of cases.entries()) {
      const seen = rates[k];
      const final = kind === 'constant' ? 1 : finalLrShare;
      expect(seen[0], kind).toBeCloseTo(kind === 'wsd' ? 1e-4 * final : 0, 9);
      expect(seen[10], kind).toBeCloseTo(1e-4, 12);
      expect(seen[1000], kind).toBeCloseTo(1e-4 * final, 9);
      if (kind === 'wsd')
        expect([seen[800], seen[900]]).toEqual([1e-4, expect.closeTo((1e-4 * (1 + final)) / 2, 9)]);
      if (kind === 'linear') expect(seen[505]).toBeCloseTo((1e-4 * (1 + final)) / 2, 9);
    }
  });

  it('draws the shares of tokens that the script asks for, from documents of 30 and of 150 tokens', () => {
    const request = {
      ...requestOf({
        sequenceLength: 64,
        gpus: 1,
        microBatch: 2,
        accumulation: 1,
        available: { general: 1, domain: 1 },
      }),
      data: { general: join(folder, 'general.jsonl'), domain: join(folder, 'domain.jsonl') },
      base: join(folder, 'tokenizer'),
      tokenizer: null,
    };
    const [{ text }] = huggingFace.emit(request).files;
    writeFileSync(join(folder, 'train.py'), text);
    const counts = run<{ general: number; domain: number; widths: number[] }>(
      `import json, sys
folder = json.load(sys.stdin)
sys.path.insert(0, folder)
from itertools import islice
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
for name, length in (("general", 150), ("domain", 30)):
    with open(f"{folder}/{name}.jsonl", "w") as file:
        for _ in range(2000):
            file.write(json.dumps({"text": " ".join([name] * length)}) + "\\n")
tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
tokenizer.train_from_iterator(["general domain"], trainers.WordLevelTrainer(special_tokens=["<unk>", "<eos>"]))
fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", eos_token="<eos>")
fast.save_pretrained(f"{folder}/tokenizer")
import train
rows = [row["input_ids"] for row in islice(train.mixture(fast), 6000)]
of = {name: sum(row.count(fast.convert_tokens_to_ids(name)) for row in rows) for name in ("general", "domain")}
print(json.dumps({**of, "widths": sorted(set(map(len, rows)))}))`,
      folder,
    );
    expect(counts.widths).toEqual([64]);
    // Words of the domain are 30 of 31 tokens, those of general text 150 of 151. Draws scatter by 0.6% of 6,000 rows.
    const domain = (counts.domain * 31) / 30;
    const general = (counts.general * 151) / 150;
    expect(Math.abs(domain / (domain + general) - 0.3)).toBeLessThan(0.02);
  });
});
