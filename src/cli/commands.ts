/** The commands, in the order in which `mixplan --help` lists them. What an entry means is in `command.ts`. */

import type { ArgumentSpec } from '../options/parse.ts';
import { type Command, defineCommand } from './command.ts';
import { emitOptions } from './emitOptions.ts';
import { explainingOptions } from './explainingOptions.ts';
import { fittingOptions } from './fittingOptions.ts';
import { planningOptions } from './planningOptions.ts';
import { settingsOptions } from './settings.ts';

const tables = (also: string): string =>
  `runs tables (CSV, TSV or JSON Lines, gzip too${also}) with one row per evaluation of a run: run, params, tokens, ` +
  'domain_ratio, loss_general, loss_domain; rows with tokens 0 are the base models';
const runsHelp = tables('; - is standard input');

const runs: ArgumentSpec = {
  name: 'RUNS',
  help: runsHelp,
  required: true,
  variadic: true,
  settings: ['runs'],
};
const fitOrRuns: ArgumentSpec = {
  name: 'FIT|RUNS',
  help: `a fit document, or runs that are fitted on the spot: ${runsHelp}`,
  required: true,
  variadic: true,
  settings: ['fit', 'runs'],
};

const fitRunsOrLaw: ArgumentSpec = {
  ...fitOrRuns,
  name: 'FIT|RUNS|LAW',
  help: `${fitOrRuns.help}; or a published curve of critical ratios (a .law.json)`,
};

export const commands: readonly Command[] = [
  defineCommand({
    name: 'check',
    summary: 'what these runs can and cannot tell; nothing is fitted',
    arguments: [runs],
    options: [
      'map',
      'role',
      'unit',
      'bytesPerToken',
      'replayEval',
      'assumeLrTransfer',
      'assumeTransfer',
      ...settingsOptions,
    ],
    examples: ['mixplan check pilots.csv', 'mixplan check a.csv b.jsonl.gz --map params=N,tokens=D'],
    load: () => import('./commands/check.ts'),
  }),
  defineCommand({
    name: 'fit',
    summary: 'fit laws, compare them out of sample, write a fit; or explain one',
    arguments: [
      {
        ...runs,
        help: `${runsHelp}; with --explain also a fit document, explained at the largest and longest pilots and 3% unless --params, --tokens and --tolerance ask elsewhere`,
      },
    ],
    options: [...fittingOptions, ...explainingOptions, 'verify', 'output', 'force', ...settingsOptions],
    within: { switch: 'explain', options: explainingOptions },
    examples: [
      'mixplan fit pilots.csv -o pilots.fit.json',
      'mixplan fit pilots.csv --law d-cpt-l3 --verify',
      'mixplan fit pilots.fit.json --explain --params 333k --tokens 5M --tolerance 3%',
    ],
    load: () => import('./commands/fit.ts'),
  }),
  defineCommand({
    name: 'predict',
    summary: 'losses at a point, or over a grid of sizes, tokens and ratios as CSV',
    arguments: [fitOrRuns],
    options: [
      ...fittingOptions,
      'params',
      'tokens',
      'domainRatio',
      'grid',
      'baseLoss',
      'trainAs',
      'assumeBaseFromSizeLaw',
      'extrapolate',
      ...settingsOptions,
    ],
    examples: [
      'mixplan predict pilots.fit.json --params 333k --tokens 5M --domain-ratio 0.3',
      'mixplan predict pilots.fit.json --params 148k,333k --tokens 1M..8M:8 --grid 21',
    ],
    load: () => import('./commands/predict.ts'),
  }),
  defineCommand({
    name: 'critical',
    summary: 'the largest domain ratio that keeps the tolerance, at a token count or against tokens',
    arguments: [fitRunsOrLaw],
    options: [
      ...fittingOptions,
      'params',
      'tokens',
      'definition',
      'tolerance',
      'confidence',
      'baseLoss',
      'baseTokens',
      'trainAs',
      'assumeBaseFromSizeLaw',
      'extrapolate',
      ...settingsOptions,
    ],
    examples: [
      'mixplan critical pilots.fit.json --params 333k --tolerance 3%',
      'mixplan critical pilots.fit.json --params 333k --definition turning-point',
      'mixplan critical fits/published/cmr-2024-finance-1.6b.law.json --tokens 20B',
    ],
    load: () => import('./commands/critical.ts'),
  }),
  defineCommand({
    name: 'plan',
    summary: 'size, tokens and domain ratio for a budget or a target, how sure that is, and a plan file',
    arguments: [{ ...fitRunsOrLaw, required: false }],
    options: [
      ...fittingOptions,
      ...planningOptions,
      'noPilots',
      'shift',
      'output',
      'fitOutput',
      'force',
      ...settingsOptions,
    ],
    within: { switch: 'noPilots', options: ['shift'] },
    examples: [
      'mixplan plan pilots.csv --budget 512gpu-h --gpu h100-sxm --model llama-3.1-8b --tolerance 3% --base-loss general=1.92,domain=1.61',
      'mixplan plan pilots.fit.json --budget 0.25gpu-h --throughput 12000tok/s --params 788k --tolerance 3% --assume-base-from-size-law',
      'mixplan plan pilots.fit.json --family qwen2.5 --budget 512gpu-h --gpu h100-sxm --tolerance 3% --corpus domain=5B --assume-base-from-size-law',
      'mixplan plan pilots.fit.json --params 333k --target-gain 25% --tolerance 3% --throughput 12000tok/s --price 0.70 --curve',
      'mixplan plan pilots.fit.json --params 333k --budget 5Mtokens --definition turning-point',
      'mixplan plan fits/published/cmr-2024-finance-3.1b.law.json --budget 512gpu-h --gpu h100-sxm',
      'mixplan plan --no-pilots --shift weak --budget 512gpu-h --gpu h100-sxm --model llama-3.1-8b',
    ],
    load: () => import('./commands/plan.ts'),
  }),
  defineCommand({
    name: 'simulate',
    summary: 'runs drawn from a fit or a plan, as a runs table marked simulated',
    arguments: [
      {
        name: 'FIT|PLAN',
        help: 'a fit, whose best laws and noise are taken for the truth, or a plan, whose run is drawn as predicted; - is standard input',
        required: true,
        variadic: false,
        settings: ['fit'],
      },
    ],
    options: [
      'design',
      'repeats',
      'seed',
      'baseLoss',
      'assumeBaseFromSizeLaw',
      'extrapolate',
      'output',
      'force',
      ...settingsOptions,
    ],
    examples: [
      'mixplan simulate pilots.fit.json -o again.csv',
      'mixplan simulate pilots.fit.json --design design.yaml --seed 7 -o runs.csv',
      'mixplan simulate plan.json --repeats 3 -o trajectory.csv',
    ],
    load: () => import('./commands/simulate.ts'),
  }),
  defineCommand({
    name: 'watch',
    summary:
      'a running job against its plan: whether it does what was predicted, and will keep the tolerance',
    arguments: [
      { name: 'PLAN', help: 'the plan that the job carries out', required: true, variadic: false },
      {
        name: 'LOGS',
        help: 'logs of the job, or folders that are searched for them, as mixplan import takes them; a runs table with one row an evaluation too; - is standard input',
        required: true,
        variadic: true,
      },
    ],
    options: ['run', 'follow', 'set', 'format', 'map', 'role', 'unit', 'output', 'force'],
    examples: [
      'mixplan watch plan.json outputs/',
      "mixplan watch plan.json trainer_state.json --follow --set 'loss_general=eval_wiki_loss'",
      'mixplan watch plan.json runs.jsonl --run plan --json | tail -n 1',
    ],
    load: () => import('./commands/watch.ts'),
  }),
  defineCommand({
    name: 'import',
    summary: 'logs of trainers and trackers, as a runs table',
    arguments: [
      {
        name: 'LOGS',
        help: 'logs, or folders that are searched for them: trainer_state.json, TensorBoard event files, output of Megatron, histories from W&B, mlruns, metrics files of LLaMA-Factory, llm-foundry, OLMo-core, litgpt and MaxText; a runs.yaml beside them tells what they do not say; - is standard input',
        required: true,
        variadic: true,
      },
    ],
    options: ['set', 'format', 'launched', 'role', 'unit', 'output', 'force'],
    examples: [
      'mixplan import outputs/ -o runs.csv',
      'mixplan import pilot-1/ pilot-2/ --set params=1.5B,domain_ratio=config.data.domain_share -o runs.csv',
      "mixplan import mlruns/ --plan pilots.json --set 'loss_general=eval/wiki/loss' -o runs.csv",
    ],
    load: () => import('./commands/import.ts'),
  }),
  defineCommand({
    name: 'emit',
    summary: 'files with which a trainer carries out a plan, read back as it reads them',
    arguments: [
      {
        name: 'PLAN',
        help: 'a plan, or a list of pilots, of which each gets a folder of its own; - is standard input; with --check what to compare with, instead of the run that the files were made from',
        required: false,
        variadic: false,
      },
    ],
    options: emitOptions,
    examples: [
      'mixplan emit --list',
      'mixplan emit plan.json --trainer megatron --data general=/data/web,domain=/data/law --eval-data general=/data/web-held-out,domain=/data/law-held-out --base /checkpoints/llama-3.1-8b --tokenizer meta-llama/Llama-3.1-8B --sequence-length 4096 --batch-tokens 4M --gpus 64 --micro-batch 2 --lr 1e-4 --schedule wsd --warmup 1% --decay 10% -o law-8b',
      'mixplan emit --check law-8b plan.json',
    ],
    load: () => import('./commands/emit.ts'),
  }),
  defineCommand({
    name: 'report',
    summary: 'a plan or a fit as a page, as Markdown and as charts, to convince somebody with',
    arguments: [
      {
        name: 'FIT|PLAN',
        help: 'a fit, or a plan with its fit where the plan names it; - is standard input',
        required: true,
        variadic: false,
      },
      {
        name: 'LOGS',
        help: 'more logs of the run, beside those that --watched names',
        required: false,
        variadic: true,
      },
    ],
    options: [
      'html',
      'md',
      'svg',
      'png',
      'vl',
      'chart',
      'watched',
      'run',
      'set',
      'format',
      'map',
      'role',
      'unit',
      'force',
    ],
    examples: [
      'mixplan report plan.json --html report.html',
      'mixplan report plan.json --md report.md --png charts',
      'mixplan report plan.json --svg charts --chart trade-off,trajectory',
      'mixplan report plan.json --watched outputs/ --html report.html',
      'mixplan report pilots.fit.json --html pilots.html --vl charts',
    ],
    load: () => import('./commands/report.ts'),
  }),
  defineCommand({
    name: 'compare',
    summary: 'two fits or two plans: what moved, why, and whether it is more than noise',
    arguments: [
      { name: 'A', help: 'a fit or a plan', required: true, variadic: false },
      {
        name: 'B',
        help: 'another of the same kind; two fits are asked the same, by default at their largest common size, their shorter tokens and 3%',
        required: true,
        variadic: false,
      },
    ],
    options: [
      'params',
      'tokens',
      'tolerance',
      'baseLoss',
      'assumeBaseFromSizeLaw',
      'extrapolate',
      ...settingsOptions,
    ],
    examples: [
      'mixplan compare pilots.fit.json more-pilots.fit.json --params 333k --tokens 5M --tolerance 3%',
      'mixplan compare yesterday/plan.json plan.json',
    ],
    load: () => import('./commands/compare.ts'),
  }),
  defineCommand({
    name: 'init',
    summary: 'a mixplan.yaml for this folder, so that plan --budget 512gpu-h is a whole command',
    arguments: [
      {
        name: 'RUNS',
        help: 'runs tables to plan from: where they are and what they tell is filled in; without them every setting is commented',
        required: false,
        variadic: true,
      },
    ],
    options: ['map', 'role', 'unit', 'output', 'force'],
    examples: ['mixplan init pilots.csv', 'mixplan init -o -'],
    load: () => import('./commands/init.ts'),
  }),
  defineCommand({
    name: 'laws',
    summary: 'the laws that are fitted: formulas, parameters, what they need',
    arguments: [
      {
        name: 'ID',
        help: 'laws to show in full; all are listed without one',
        required: false,
        variadic: true,
      },
    ],
    options: [],
    examples: ['mixplan laws', 'mixplan laws d-cpt-l3'],
    load: () => import('./commands/laws.ts'),
  }),
  defineCommand({
    name: 'hardware',
    summary: 'accelerators and model shapes, and what a GPU-hour buys',
    arguments: [
      {
        name: 'NAME',
        help: 'an accelerator, a model, or "models" for a list of those; without it the accelerators',
        required: false,
        variadic: false,
      },
    ],
    options: ['model', 'sequenceLength', 'gpus', 'mfu', 'throughput', 'goodput', ...settingsOptions],
    examples: [
      'mixplan hardware',
      'mixplan hardware models',
      'mixplan hardware h100-sxm --model llama-3.1-8b --sequence-length 8192 --gpus 64',
    ],
    load: () => import('./commands/hardware.ts'),
  }),
  defineCommand({
    name: 'tui',
    summary:
      'the terminal UI: play with the plan, or watch its run, and leave with a command; also plain mixplan in a terminal',
    arguments: [
      {
        ...fitOrRuns,
        name: 'FIT|RUNS|PLAN LOGS',
        help: `a fit document, or runs that are fitted on the spot: ${tables('')}; or a plan with the logs of its run, which is then watched as mixplan watch does: --run, --set and --format are for them alone, and of the other options only --map, --role, --unit and those of the screen`,
        required: false,
      },
    ],
    options: [
      ...fittingOptions,
      ...planningOptions,
      'run',
      'set',
      'format',
      'ascii',
      'screenReader',
      ...settingsOptions,
    ],
    examples: [
      'mixplan tui pilots.fit.json',
      'mixplan tui pilots.csv --tolerance 3% --params 333k',
      'mixplan tui plan.json outputs/',
    ],
    load: () => import('./commands/tui.ts'),
  }),
  defineCommand({
    name: 'schema',
    summary: 'JSON Schema of the documents that mixplan writes',
    arguments: [
      { name: 'NAME', help: 'kind of document; all are listed without it', required: false, variadic: false },
    ],
    options: [],
    examples: ['mixplan schema', 'mixplan schema problem'],
    load: () => import('./commands/schema.ts'),
  }),
  defineCommand({
    name: 'explain',
    summary: 'more about a message: what it means and what to do',
    arguments: [
      {
        name: 'CODE',
        help: 'codes of problems; all are listed without one',
        required: false,
        variadic: true,
      },
    ],
    options: [],
    examples: ['mixplan explain', 'mixplan explain unit-missing'],
    load: () => import('./commands/explain.ts'),
  }),
  defineCommand({
    name: 'completion',
    summary: 'a script that lets a shell complete commands, options and their values',
    arguments: [
      {
        name: 'SHELL',
        help: 'bash (put "source <(mixplan completion bash)" in ~/.bashrc), zsh (write it to _mixplan in a folder of $fpath) or fish (write it to ~/.config/fish/completions/mixplan.fish)',
        required: true,
        variadic: false,
      },
    ],
    options: [],
    examples: [
      'source <(mixplan completion bash)',
      'mixplan completion fish > ~/.config/fish/completions/mixplan.fish',
    ],
    load: () => import('./commands/completion.ts'),
  }),
];
