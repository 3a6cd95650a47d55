/**
 * The dataclasses into which LLaMA-Factory and litgpt parse their settings. Both are plain Python, so they are loaded from a checkout
 * as they are: LLAMA_FACTORY_SRC and LITGPT_SRC name its root, TRANSFORMERS_SRC the package folder of transformers.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { litgpt } from '../../../src/trainers/litgpt.ts';
import { llamaFactory } from '../../../src/trainers/llamaFactory.ts';
import { stepsOf } from '../../../src/trainers/steps.ts';
import { parseYaml } from '../../../src/trainers/yaml.ts';
import { python } from '../python.ts';
import { type Asked, requestOf } from '../randomRequests.ts';

const factory = process.env.LLAMA_FACTORY_SRC || undefined;
const transformers = process.env.TRANSFORMERS_SRC || undefined;
const lit = process.env.LITGPT_SRC || undefined;

/** `load(path)` imports a file by its path alone; `fields(path, name)` are the annotated names of a class in it. */
const LOADER = `import ast, importlib.util, json, sys
def load(path):
    spec = importlib.util.spec_from_file_location(path.rsplit("/", 1)[-1][:-3], path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
def fields(path, *names):
    classes = [n for n in ast.walk(ast.parse(open(path).read())) if isinstance(n, ast.ClassDef)]
    return [f.target.id for n in classes if not names or n.name in names for f in n.body if isinstance(f, ast.AnnAssign)]
`;

describe.skipIf(factory === undefined || transformers === undefined)(
  'LLaMA-Factory (LLAMA_FACTORY_SRC, TRANSFORMERS_SRC)',
  () => {
    const hparams = (file: string): string => join(factory!, 'src/llamafactory/hparams', file);
    const settings = (asked: Asked): unknown => {
      const { files } = llamaFactory.emit(requestOf(asked));
      return parseYaml(files.find(({ path }) => path === 'train.yaml')!.text, 'train.yaml');
    };
    /** What `DataArguments` makes of the settings, and the keys that none of its parsers has. */
    const parse = (config: unknown): { data: Record<string, unknown>; unknown: readonly string[] } =>
      python(
        `${LOADER}
config, data_args, others, training = json.load(sys.stdin)
DataArguments = load(data_args).DataArguments
mine = {key: value for key, value in config.items() if key in DataArguments.__dataclass_fields__}
known = set(mine) | set(fields(training, "TrainingArguments")) | {name for path in others for name in fields(path)}
print(json.dumps({"data": DataArguments(**mine).to_dict(), "unknown": sorted(set(config) - known)}))`,
        [
          config,
          hparams('data_args.py'),
          ['model_args.py', 'finetuning_args.py', 'training_args.py']
            .map(hparams)
            .filter((path) => existsSync(path)),
          join(transformers!, 'training_args.py'),
        ],
      );

    it.each([
      ['two corpora', {}],
      ['one', { shares: { general: 0, domain: 1 }, meanTokens: null }],
      [
        'five, two of them evaluated',
        { shares: { general: 0.4, general_b: 0.2, domain: 0.2, domain_b: 0.1, domain_c: 0.1 } },
      ],
      ['wsd', { kind: 'wsd', decay: 100 }],
    ] as const)('takes the settings for %s', (_, asked: Asked) => {
      const { data, unknown } = parse(settings(asked));
      expect(unknown).toEqual([]);
      const { corpora } = requestOf(asked).run;
      expect(data.dataset).toEqual(corpora.filter(({ share }) => share > 0).map(({ name }) => name));
    });

    it('refuses one evaluation set beside two corpora, as our reading does', () => {
      const config = { ...(settings({}) as object), eval_dataset: 'general_eval' };
      expect(() => parse(config)).toThrow('length of eval dataset and interleave probs');
    });
  },
);

describe.skipIf(lit === undefined)('litgpt (LITGPT_SRC)', () => {
  it('takes the settings, steps as often as planned, and warms up as long', () => {
    const request = requestOf();
    const steps = stepsOf(request);
    const config = parseYaml(litgpt.emit(request).files[0].text, 'pretrain.yaml');
    const read = python<{ unknown: string[]; accumulation: number; warmup: number }>(
      `${LOADER}
config, args, pretrain, iterations = json.load(sys.stdin)
module = load(args)
train = module.TrainArgs(**config["train"])
module.EvalArgs(**config["eval"])
setup = next(n for n in ast.parse(open(pretrain).read()).body if isinstance(n, ast.FunctionDef) and n.name == "setup")
print(json.dumps({
    "unknown": sorted(set(config) - {a.arg for a in setup.args.args}),
    "accumulation": train.gradient_accumulation_iters(config["devices"], config["num_nodes"]),
    "warmup": train.warmup_iters(config["devices"], config["num_nodes"], iterations, None),
}))`,
      [
        config,
        join(lit!, 'litgpt/args.py'),
        join(lit!, 'litgpt/pretrain.py'),
        steps.steps * steps.accumulation,
      ],
    );
    expect(read).toEqual({
      unknown: [],
      accumulation: steps.accumulation,
      warmup: steps.warmup * steps.accumulation,
    });
  });
});
