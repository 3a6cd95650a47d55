/** Every format of logs. To add one: write `formats/NAME.ts`, name it in `options/logFormats.ts`, and add it here. */
import type { Head, LogFormat } from './format.ts';
import { composer } from './formats/composer.ts';
import { huggingFace } from './formats/huggingFace.ts';
import { litgpt } from './formats/litgpt.ts';
import { llamaFactory } from './formats/llamaFactory.ts';
import { maxtext } from './formats/maxtext.ts';
import { megatron } from './formats/megatron.ts';
import { mlflow } from './formats/mlflow.ts';
import { olmo } from './formats/olmo.ts';
import { runsCsv, runsLines, runsParquet } from './formats/runsTable.ts';
import { tensorboard } from './formats/tensorboard.ts';
import { wandbCsv, wandbLines, wandbParquet } from './formats/wandb.ts';
import { wandbChart } from './formats/wandbChart.ts';

/** In the order in which one of several logs in a folder is taken for the run: those that say most come first. */
export const formats: readonly LogFormat[] = [
  runsLines,
  runsCsv,
  runsParquet,
  huggingFace,
  tensorboard,
  wandbLines,
  wandbCsv,
  wandbParquet,
  mlflow,
  olmo,
  composer,
  litgpt,
  maxtext,
  megatron,
  wandbChart,
  llamaFactory,
];

/** The formats that a file may be of by what it begins with. */
export function recognise(head: Head): readonly LogFormat[] {
  return formats.filter((format) => format.recognises(head));
}
