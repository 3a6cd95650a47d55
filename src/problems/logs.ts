/** Trouble with the logs of trainers and trackers: finding them, damage in them, and what they do not say. */
import { listAll } from './listAll.ts';
import { declareProblem } from './problem.ts';

const DAMAGE =
  'Logs are cut off when a job is killed, when a disk is full, or when they are copied while they grow. Whatever can be read is read, and what is lost is said, because a missing evaluation is a smaller harm than a wrong one.';
const FACTS =
  'Facts that logs do not hold come from --set NAME=VALUE (for all runs), from a runs.yaml beside the logs (for each run its own), from the settings of the run (NAME=config.PATH), or from the plan that launched the runs (--plan).';

const quoted = (text: string): string => JSON.stringify(text);
const didYouMean = (nearest: string | undefined): string =>
  nearest === undefined ? '' : ` Did you mean ${nearest}?`;
const times = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const logUnknown = declareProblem<{ path: string; seen: string; formats: readonly string[] }>({
  code: 'log-unknown',
  severity: 'error',
  title: 'a file that is no log of a known format',
  message: ({ path, seen, formats }) =>
    `"${path}" is no log that is known: found ${seen}; expected a ${listAll(formats, 'or')}.`,
  hint: () =>
    'Where you know what it is, say so with --format; otherwise export the run as W&B history, CSV or a runs table.',
  explanation: `Formats are told apart by what is in a file, not by its name. ${DAMAGE}`,
});

export const logNotAFile = declareProblem<{ path: string }>({
  code: 'log-not-a-file',
  severity: 'error',
  title: 'a log that is a pipe or a device',
  message: ({ path }) => `${quoted(path)} is a pipe or a device: expected a file, or a folder of files.`,
  hint: () => 'Write - and lead the log to standard input, or keep it in a file first.',
  explanation:
    'What a log is shows in its beginning, so it is looked into before it is read, and a pipe gives its bytes only once. A shell makes such a pipe of <(COMMAND). Standard input is kept in a file while it is read, so `COMMAND | mixplan import -` does the same. Pipes that lie in a folder are passed over.',
});

export const logAmbiguous = declareProblem<{ path: string; formats: readonly string[] }>({
  code: 'log-ambiguous',
  severity: 'error',
  title: 'a log that may be of several formats',
  message: ({ path, formats }) =>
    `"${path}" may be ${listAll(formats, 'or')}: expected a log that is one of them.`,
  hint: ({ formats }) => `Say which it is: --format ${formats[0]}.`,
  explanation:
    'The file begins with marks of several formats, such as the output of a trainer that two loggers share. Reading it the wrong way could give other losses, so it is asked.',
});

export const noLogsFound = declareProblem<{
  folder: string;
  seen: readonly string[];
  /** The only one that is looked for, where one was told. */
  format: string | undefined;
}>({
  code: 'no-logs-found',
  severity: 'error',
  title: 'a folder without a log',
  message: ({ folder, seen, format }) => {
    const log = format === undefined ? 'log of a known format' : `log of the format ${format}`;
    const files = `${listAll(seen.slice(0, 5).map(quoted), 'and')}${seen.length > 5 ? `, ... (${seen.length} files)` : ''}`;
    return seen.length === 0
      ? `There is no log in ${quoted(folder)}, nor any file that could be one.`
      : `There is no ${log} in ${quoted(folder)}: looked into ${files}.`;
  },
  hint: ({ seen, format }) => {
    if (format !== undefined) return 'Leave --format out, so that every known format is looked for.';
    return seen.length === 0
      ? 'Logs are trainer_state.json, event files, mlruns, and files that end in .json, .jsonl, .csv, .parquet, .log, .txt or .out; any other has to be named itself.'
      : 'Name the file itself; then it is said what was seen in it.';
  },
  explanation:
    'Folders are searched for files that trainers and trackers write, by content: trainer_state.json, event files, mlruns, metrics files, exported histories, output that was kept in .log, .txt or .out files.',
});

export const eventFileLost = declareProblem<{ offset: number }>({
  code: 'event-file-lost',
  severity: 'warning',
  title: 'an event file whose rest cannot be found',
  message: ({ offset }) =>
    `The length of the record at byte ${offset} is damaged, and nothing after it can be read: expected its checksum to match.`,
  explanation: `Records of an event file stand one behind the other, and only the length of one says where the next begins. ${DAMAGE}`,
});

export const eventsDamaged = declareProblem<{ records: number }>({
  code: 'events-damaged',
  severity: 'warning',
  title: 'damaged records in an event file',
  message: ({ records }) =>
    `${times(records, 'record')} of this event file ${records === 1 ? 'is' : 'are'} damaged and left out: expected data that match their checksum.`,
  explanation: DAMAGE,
});

export const eventFileCut = declareProblem<{ bytes: number }>({
  code: 'event-file-cut',
  severity: 'note',
  title: 'an event file that ends within a record',
  message: ({ bytes }) =>
    `The last record of this event file is not whole (${times(bytes, 'byte')} of it are there) and is left out.`,
  explanation: `A run that is under way, or was killed, leaves its last record half written. Everything before it has been read. ${DAMAGE}`,
});

export const stateCutOff = declareProblem<{ entries: number }>({
  code: 'trainer-state-cut-off',
  severity: 'warning',
  title: 'a trainer state that is not whole',
  message: ({ entries }) =>
    `This trainer state is no whole JSON document: ${times(entries, 'log entry').replace('entrys', 'entries')} could be read, the rest is lost.`,
  hint: () => 'The state of an earlier checkpoint may be whole; name it to read that instead.',
  explanation: DAMAGE,
});

export const documentCutOff = declareProblem<Record<never, never>>({
  code: 'metrics-file-damaged',
  severity: 'warning',
  title: 'a metrics file that is no JSON',
  message: () => 'This metrics file is no whole JSON object, and nothing of it could be read.',
  explanation: DAMAGE,
});

export const linesDamaged = declareProblem<{ lines: number; first: number }>({
  code: 'log-lines-damaged',
  severity: 'warning',
  title: 'lines of a log that cannot be read',
  message: ({ lines, first }) =>
    `${times(lines, 'line')} of this log could not be read and ${lines === 1 ? 'is' : 'are'} left out, the first of them line ${first}.`,
  explanation: `A line that is not of the log's format is left out and counted. ${DAMAGE}`,
});

export const lineCutOff = declareProblem<Record<never, never>>({
  code: 'log-line-cut-off',
  severity: 'warning',
  title: 'a last line that may be cut off',
  message: () => 'The last line of this log has no line end and may stop within a number, so it is left out.',
  hint: () => 'Where the file is whole, add a line end.',
  explanation: `A line of CSV does not show whether its last number is whole: 2.1 may be the beginning of 2.125. ${DAMAGE}`,
});

export const parquetDamaged = declareProblem<{ reason: string; rows: number }>({
  code: 'parquet-damaged',
  severity: 'warning',
  title: 'a Parquet file that cannot be read to its end',
  message: ({ reason, rows }) =>
    `This Parquet file could be read up to row ${rows} only: ${reason.replace(/\.$/, '')}.`,
  hint: () => 'Copy or export it again.',
  explanation: `Parquet keeps its table of contents at the end, so that a file which is cut off cannot be read at all. ${DAMAGE}`,
});

export const gzipCutOff = declareProblem<{ reason: string }>({
  code: 'log-gzip-cut-off',
  severity: 'warning',
  title: 'a gzipped log that cannot be unpacked to its end',
  message: ({ reason }) => `This log can be unpacked only in part: ${reason}.`,
  explanation: DAMAGE,
});

export const settingsUnreadable = declareProblem<Record<never, never>>({
  code: 'settings-unreadable',
  severity: 'warning',
  title: 'a file of settings that cannot be read',
  message: () => 'This file of settings beside the log could not be read, and nothing is taken from it.',
  explanation: `A config.yaml or config.json beside a log gives its facts. One that is damaged or of an unexpected form is passed over, and the facts are asked for. ${FACTS}`,
});

export const chartSampled = declareProblem<Record<never, never>>({
  code: 'chart-sampled',
  severity: 'note',
  title: 'a chart download has only some of the points',
  message: () => 'A W&B chart is downloaded with sampled points, so that evaluations may be missing.',
  hint: () =>
    'Export the full history (run.scan_history(), or the history artifact as Parquet) where every evaluation counts.',
  explanation:
    'The CSV of a chart holds what the chart shows, which is sampled down for long runs. Evaluations that are logged seldom are mostly all there.',
});

export const evaluationsTooMany = declareProblem<{ metric: string; most: number }>({
  code: 'evaluations-too-many',
  severity: 'error',
  title: 'a metric logged too often to be an evaluation',
  message: ({ metric, most }) =>
    `The metric ${quoted(metric)} was logged more than ${most} times: expected a loss on an evaluation set, which is measured now and then.`,
  hint: () => 'Name the metric of the evaluation, or leave this one out with loss_NAME=none.',
  explanation:
    'Training losses are logged at every step and are measured on the training mixture, so they say nothing about one evaluation set.',
});

export const metricsTooMany = declareProblem<{
  /** `losses`: metrics that are losses on evaluation sets by the name they have. */
  kind: 'losses' | 'others';
  most: number;
  /** Metrics that were left out. */
  left: number;
  /** Whether there were even more than that. */
  atLeast: boolean;
}>({
  code: 'metrics-too-many',
  severity: 'warning',
  title: 'more metrics than are kept',
  message: ({ kind, most, left, atLeast }) =>
    `${kind === 'losses' ? 'More evaluation losses' : 'More metrics that are no evaluation losses'} were logged than the ${most} that are kept: ` +
    `${atLeast ? 'at least ' : ''}${left} by name ${left === 1 ? 'was' : 'were'} left out.`,
  hint: () =>
    'Name the losses that are wanted with loss_NAME=METRIC in --set or runs.yaml: a metric that is named is always read.',
  explanation:
    'Some programs log a metric for every layer, or put the step into the name. Metrics are kept in the order in which they first ' +
    'appear, evaluation losses apart from all others, so that a log of any length fits into memory.',
});

export const lossesNotFinite = declareProblem<{
  run: string;
  metric: string;
  count: number;
  /** Where the first of them stands, in words: `step 200`. */
  first: string;
}>({
  code: 'losses-not-finite',
  severity: 'warning',
  title: 'losses that are no numbers',
  message: ({ run, metric, count, first }) =>
    `Run ${quoted(run)} logged NaN or infinity for ${quoted(metric)} at ${times(count, 'evaluation')}, the first at ${first}; ${count === 1 ? 'it is' : 'they are'} left out.`,
  hint: () => 'A run that diverged is no pilot of a stable one: leave it out, or keep it knowing that.',
  explanation:
    'Losses become NaN when a run diverges or an evaluation overflows. They cannot be fitted; the evaluations before are kept.',
});

export const stepsSuperseded = declareProblem<{ run: string; count: number; first: number }>({
  code: 'steps-superseded',
  severity: 'warning',
  title: 'evaluations that a restart took back',
  message: ({ run, count, first }) =>
    `Run ${quoted(run)} was taken up again: ${times(count, 'evaluation')} from step ${first} on ${count === 1 ? 'is' : 'are'} left out, because a later write counts.`,
  explanation:
    'A run that is restarted from a checkpoint repeats steps. What it logged the second time belongs to the weights that went on; what it logged before, from that step on, belongs to weights that are gone.',
});

export const evaluatedTwice = declareProblem<{
  run: string;
  count: number;
  /** Tokens of the first, in words. */
  first: string;
  files: readonly string[];
}>({
  code: 'evaluated-twice',
  severity: 'error',
  title: 'two evaluations of one run at the same tokens',
  message: ({ run, count, first, files }) =>
    `Run ${quoted(run)} was evaluated twice at ${count === 1 ? first : `${count} token counts, the first of them ${first}`}, in ${listAll(files.slice(0, 4).map(quoted), 'and')}: expected once.`,
  hint: ({ files }) =>
    files.length > 1
      ? 'If they hold the same run, name only one of them; if they are two runs, give them names of their own (the name of the folder, or the run column).'
      : 'Keep one of them; repeats of a run with another seed are runs of their own, with their own name.',
  explanation:
    'Runs are told apart by name: that of their folder, of their log, in their tracker, or in the run column of a table. A table that was made from logs and lies beside them holds the same runs once more, and so does a copy of a log.',
});

export const logBeginsLate = declareProblem<{ run: string; first: number }>({
  code: 'log-begins-late',
  severity: 'warning',
  title: 'a log that does not begin at the beginning',
  message: ({ run, first }) =>
    `The log of run ${quoted(run)} begins at step ${first}; its tokens are counted from step 0.`,
  hint: () =>
    'Where steps go on from those of the base model, say where continual pre-training began: start_step.',
  explanation:
    'Either the beginning of the log is missing, which does no harm, or the trainer went on counting from the base model. Then all tokens of its pre-training would be taken for continual pre-training; start_step in --set or runs.yaml says where to begin.',
});

export const tokensDisagree = declareProblem<{
  run: string;
  step: number;
  logged: number;
  expected: number;
  batchTokens: number;
}>({
  code: 'logged-tokens-disagree',
  severity: 'warning',
  title: 'logged tokens that are not steps times batch',
  message: ({ run, step, logged, expected, batchTokens }) =>
    `Run ${quoted(run)} logged ${logged} tokens at step ${step}, where ${batchTokens} tokens a step make ${expected}; the logged ones are taken.`,
  hint: () =>
    'Trainers differ in what they count (padding, one process only): check which of the two is right.',
  explanation:
    'Tokens come from the log where it counts them, and from steps times batch elsewhere. Both are known here and do not agree within 1%, so one of them means something else.',
});

export const metricsOfOneSet = declareProblem<{ run: string; set: string; taken: string; other: string }>({
  code: 'metrics-of-one-set',
  severity: 'warning',
  title: 'two metrics that are the loss on one set',
  message: ({ run, set, taken, other }) =>
    `Run ${quoted(run)} logged ${quoted(taken)} and ${quoted(other)}, both the loss on ${set} by their names; the first is taken.`,
  hint: ({ set, taken }) => `Say which it is: --set loss_${set}=${quoted(taken)}.`,
  explanation:
    'Names of metrics are read by the conventions of trainers, and two of them can lead to one set.',
});

export const metricAbsent = declareProblem<{
  run: string;
  fact: string;
  metric: string;
  nearest: string | undefined;
  logged: readonly string[];
}>({
  code: 'metric-absent',
  severity: 'error',
  title: 'a metric that was not logged',
  message: ({ run, fact, metric, logged }) =>
    `Run ${quoted(run)} has no metric ${quoted(metric)}, which ${fact} shall be; ${metricsLogged(logged)}.`,
  hint: ({ nearest }) => (nearest === undefined ? undefined : `Did you mean ${quoted(nearest)}?`),
  explanation:
    'Names of metrics are taken letter by letter as the log has them, with slashes and spaces. A set that a run was not evaluated on is left out with loss_NAME=none.',
});

export const settingAbsent = declareProblem<{
  run: string;
  fact: string;
  path: string;
  nearest: string | undefined;
}>({
  code: 'setting-absent',
  severity: 'error',
  title: 'a setting that a run does not have',
  message: ({ run, fact, path }) =>
    `Run ${quoted(run)} has no setting config.${path}, from which ${fact} shall come.`,
  hint: ({ nearest }) =>
    nearest === undefined
      ? 'Put a config.yaml or config.json of the run beside its log.'
      : `Did you mean config.${nearest}?`,
  explanation: `config.PATH leads into the settings of a run: config.yaml or config.json beside its log, and what the log itself tells (arguments that Megatron prints, texts in TensorBoard, parameters in MLflow). ${FACTS}`,
});

export const factUnknown = declareProblem<{ fact: string; nearest: string | undefined }>({
  code: 'fact-unknown',
  severity: 'error',
  title: 'a fact about runs that is not known',
  message: ({ fact }) =>
    `${quoted(fact)} is nothing that can be told about a run: expected a column of a runs table, loss_NAME, base_loss_NAME, metric_NAME, role_NAME, unit_NAME, batch_size, accumulation or start_step.`,
  hint: ({ nearest }) => (nearest === undefined ? undefined : `${didYouMean(nearest).trim()}`),
  explanation: FACTS,
});

export const factsSyntax = declareProblem<{ reason: string }>({
  code: 'facts-syntax',
  severity: 'error',
  title: 'a runs.yaml that is not YAML',
  message: ({ reason }) => `This is not YAML: ${reason}.`,
  explanation: `runs.yaml is YAML 1.2, one document. ${FACTS}`,
});

export const factsShape = declareProblem<{ found: string; expected: string }>({
  code: 'facts-shape',
  severity: 'error',
  title: 'a value of the wrong kind in a runs.yaml',
  message: ({ found, expected }) => `Found ${found}: expected ${expected}.`,
  explanation: `runs.yaml has the keys defaults (facts for all runs) and runs (facts by name of a run, or by a pattern such as pilot-*). ${FACTS}`,
});

export const factsUnused = declareProblem<{ pattern: string; runs: readonly string[] }>({
  code: 'facts-unused',
  severity: 'warning',
  title: 'facts for a run that was not found',
  message: ({ pattern, runs }) =>
    `No run is called ${quoted(pattern)}: found ${listAll(runs.slice(0, 5).map(quoted), 'and')}${runs.length > 5 ? ', ...' : ''}.`,
  explanation: `An entry of runs.yaml stands under the name of a run, or under a pattern: * for any text, ? for one character. ${FACTS}`,
});

export const launchedElse = declareProblem<{ run: string; file: string; known: readonly string[] }>({
  code: 'run-not-in-plan',
  severity: 'note',
  title: 'a run that the plan did not launch',
  message: ({ run, file, known }) =>
    `"${file}" has no run called ${quoted(run)}: it has ${listAll(known.slice(0, 5).map(quoted), 'and')}${known.length > 5 ? ', ...' : ''}.`,
  hint: () => 'Runs are matched by name: the folder of the log, or the name in the tracker.',
  explanation: FACTS,
});

export const evalUnitsDiffer = declareProblem<{
  set: string;
  run: string;
  unit: string;
  other: string;
  otherRun: string;
}>({
  code: 'eval-units-differ',
  severity: 'error',
  title: 'one set in two units',
  message: ({ set, run, unit, other, otherRun }) =>
    `The loss on ${set} is in ${unit} in run ${quoted(run)} and in ${other} in run ${quoted(otherRun)}: expected one unit.`,
  hint: ({ set }) => `Name a metric in one unit for all runs: --set loss_${set}=METRIC.`,
  explanation:
    'A column of a runs table has one unit. Bits per byte and nats a token can only be converted with the bytes in a token.',
});

export const baseLossesNotLogged = declareProblem<{ runs: readonly string[] }>({
  code: 'base-losses-not-logged',
  severity: 'warning',
  title: 'runs without the losses of their base model',
  message: ({ runs }) =>
    `There is no evaluation of the base model (at 0 tokens) for ${listAll(runs.slice(0, 5).map(quoted), 'and')}${runs.length > 5 ? `, ... (${runs.length} runs)` : ''}.`,
  hint: () =>
    'Evaluate the base model once on the same sets and tell it: base_loss_general=1.92 and base_loss_domain=1.61, for each base, in --set or runs.yaml.',
  explanation: `Laws of the change of loss, and every tolerance, count from the base model. Trainers rarely evaluate before the first step; one evaluation of the base is cheap and tells much. ${FACTS}`,
});

export const nothingImported = declareProblem<{ runs: readonly string[] }>({
  code: 'nothing-imported',
  severity: 'error',
  title: 'logs without a single evaluation',
  message: ({ runs }) =>
    `There is no evaluation in ${runsListed(runs)}: expected a loss on an evaluation set at one step at least.`,
  hint: () => 'Check that the trainer evaluates (eval_steps, eval_interval) and that the run got as far.',
  explanation:
    'A runs table has one row for each evaluation of a run. Training losses are not taken in their place, since they are measured on the mixture.',
});

/** What each fact is, as it completes "expected ...". */
const MEANINGS: Readonly<Record<string, string>> = {
  params: 'the parameters of the model without embeddings',
  domain_ratio: 'the share of domain tokens among the training tokens',
  batch_tokens: 'the tokens of one step (sequences in a global batch × sequence length)',
  sequence_length: 'the tokens of a sequence, since the log counts sequences',
  accumulation: 'the small batches that are summed up for one update, since the log counts those',
  base: 'the name of the base model, as the other runs have it',
};
const EXAMPLES: Readonly<Record<string, string>> = {
  params: '1.5B',
  domain_ratio: '0.3',
  batch_tokens: '2097152',
  sequence_length: '4096',
  accumulation: '8',
  base: 'base-1.5b',
};

export const factMissing = declareProblem<{
  fact: string;
  runs: readonly string[];
  settings: readonly { readonly path: string; readonly value: string }[];
}>({
  code: 'fact-missing',
  severity: 'error',
  title: 'a fact that no log tells',
  message: ({ fact, runs }) => {
    const set = /^role_(.+)$/.exec(fact)?.[1];
    if (set !== undefined)
      return `The role of the evaluation set ${set} is not told: expected general or domain.`;
    return `${fact} is not told for ${runsListed(runs)}: expected ${MEANINGS[fact] ?? 'a value'}.`;
  },
  hint: ({ fact, runs, settings }) => {
    const set = /^role_(.+)$/.exec(fact)?.[1];
    if (set !== undefined)
      return `--role ${set}=general, or ${fact}: general under defaults in runs.yaml, or loss_${set}=none to leave the set out.`;
    const example = EXAMPLES[fact] ?? 'VALUE';
    const flag = `--set ${fact}=${example}`;
    const entries = runs.slice(0, 4).map((run) => `${yamlKey(run)}: {${fact}: ${example}}`);
    const yaml = `runs: {${entries.join(', ')}${runs.length > 4 ? ', ...' : ''}}`;
    const likely = settings.map(({ path, value }) => `--set ${fact}=config.${path} (${value})`);
    return [
      ...(likely.length > 0 ? [`the settings of the run have: ${likely.join(', ')}`] : []),
      runs.length === 1
        ? `${flag}, or in runs.yaml beside the log: ${yaml}`
        : `the same for all: ${flag}; each its own, in runs.yaml beside the logs: ${yaml}`,
    ].join('; ');
  },
  explanation: `A row of a runs table needs the size of the model, the tokens seen and the share of domain tokens, and an evaluation set needs a role. ${FACTS}`,
});

export const lossUnknown = declareProblem<{ runs: readonly string[]; metrics: readonly string[] }>({
  code: 'log-without-losses',
  severity: 'error',
  title: 'a log in which no evaluation loss is known',
  message: ({ runs, metrics }) =>
    metrics.length === 0
      ? `Nothing was logged in ${runsListed(runs)}: expected losses on evaluation sets.`
      : `No metric of ${runsListed(runs)} is known to be the loss on a named evaluation set; ${metricsLogged(metrics)}.`,
  hint: ({ metrics }) => {
    const metric =
      metrics.find((name) => /eval|val/i.test(name)) ??
      metrics.find((name) => /loss/i.test(name)) ??
      metrics[0];
    return metric === undefined
      ? undefined
      : `Say which metric is which set: --set 'loss_general=${metric}', or loss_general: ${quoted(metric)} in runs.yaml.`;
  },
  explanation: `A plan weighs general against domain loss, so each has to be measured on a set of its own. Trainers that report one loss for all validation data cannot tell that: give them separate evaluation sets. ${FACTS}`,
});

/** `logged are "loss" and "eval/loss"`. */
function metricsLogged(metrics: readonly string[]): string {
  if (metrics.length === 0) return 'nothing was logged';
  const some = listAll(metrics.slice(0, 12).map(quoted), 'and');
  return `logged ${metrics.length === 1 ? 'is' : 'are'} ${some}${metrics.length > 12 ? `, ... (${metrics.length})` : ''}`;
}

const runsListed = (runs: readonly string[]): string =>
  runs.length === 1
    ? `run ${quoted(runs[0])}`
    : `${runs.length} runs (${runs.slice(0, 6).map(quoted).join(', ')}${runs.length > 6 ? ', ...' : ''})`;

const yamlKey = (run: string): string => (/^[A-Za-z][\w./-]*$/.test(run) ? run : quoted(run));
