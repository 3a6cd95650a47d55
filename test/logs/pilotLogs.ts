/** The shipped pilots as three trainers and trackers would have logged them. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { message, record, tensor, version } from './eventFile.ts';

const RUNS = fileURLToPath(new URL('../../datasets/pilots-kernel-c/runs.csv', import.meta.url));

export type PilotRow = Readonly<Record<string, string>>;

/** Rows by run. */
export async function pilotRows(): Promise<Map<string, PilotRow[]>> {
  const [header, ...lines] = (await readFile(RUNS, 'utf8')).trimEnd().split('\n');
  const names = header.split(',');
  const runs = new Map<string, PilotRow[]>();
  for (const line of lines) {
    const cells = line.split(',');
    const row = Object.fromEntries(names.map((name, k) => [name, cells[k]]));
    runs.set(row.run, [...(runs.get(row.run) ?? []), row]);
  }
  return runs;
}

export function asTrainerState(rows: readonly PilotRow[]): string {
  const log_history = rows.flatMap(({ step, lr, loss_general, loss_domain }) => [
    ...(step === '0' ? [] : [{ step: Number(step), loss: 1.9, learning_rate: Number(lr) }]),
    { step: Number(step), eval_general_loss: Number(loss_general), eval_general_runtime: 1.5 },
    { step: Number(step), eval_domain_loss: Number(loss_domain), eval_domain_runtime: 1.5 },
  ]);
  return JSON.stringify({
    global_step: Number(rows.at(-1)?.step),
    log_history,
    max_steps: Number(rows.at(-1)?.step),
  });
}

/** Losses with all the digits that the table has: Megatron prints seven. */
export function asMegatronOutput(rows: readonly PilotRow[]): string {
  const { batch_tokens, sequence_length, seed } = rows[0];
  const batch = Number(batch_tokens) / Number(sequence_length);
  const argument = (name: string, value: string | number): string => `  ${name} ${'.'.repeat(40)} ${value}`;
  return [
    '------------------------ arguments ------------------------',
    argument('global_batch_size', batch),
    argument('seed', seed),
    argument('seq_length', sequence_length),
    '-------------------- end of arguments ---------------------',
    ...rows.flatMap(({ step, lr, loss_general, loss_domain }) => [
      ...(step === '0'
        ? []
        : [
            ` [2026-03-01 10:00:00] iteration ${step.padStart(8)}/    4000 | consumed samples: ${String(Number(step) * batch).padStart(12)} | elapsed time per iteration (ms): 51.2 | learning rate: ${Number(lr).toExponential(6).toUpperCase()} | global batch size: ${String(batch).padStart(5)} | lm loss: 1.912345E+00 | loss scale: 1.0 | grad norm: 0.412 |`,
          ]),
      ...Object.entries({ general: loss_general, domain: loss_domain }).flatMap(([set, loss]) => [
        '-'.repeat(90),
        ` validation-${set} loss at iteration ${step} | lm loss value: ${Number(loss).toExponential(6).toUpperCase()} | lm loss PPL: 6.5E+00 | `,
      ]),
    ]),
    '',
  ].join('\n');
}

/** As tensors of double, so that no digit is lost. */
export function asEventFile(rows: readonly PilotRow[]): Buffer {
  const double = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  };
  const scalar = (step: string, tag: string, value: string): Buffer =>
    tensor(Number(step), tag, [1, { varint: 2 }], [4, double(Number(value))]);
  return Buffer.concat([
    version,
    record(message([2, { varint: 0 }])),
    ...rows.flatMap(({ step, lr, loss_general, loss_domain }) => [
      scalar(step, 'train/learning_rate', lr),
      scalar(step, 'eval/general_loss', loss_general),
      scalar(step, 'eval/domain_loss', loss_domain),
    ]),
  ]);
}
