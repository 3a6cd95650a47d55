/** What trainers that stand on the Hub's libraries have in common. */
import type { EmitRequest } from './adapter.ts';
import { stepsOf } from './steps.ts';
import { section } from './yamlText.ts';

/** What their users call a model. */
export const HUB_MODEL = 'folder of the model, or its name on the Hub';
/** What `load_dataset` takes. */
export const HUB_TEXT =
  'file or folder of JSON Lines or Parquet with a "text" field, or a data set on the Hub';

/** Where the run goes, in the words of TrainingArguments. */
export function outputSection(request: EmitRequest): string {
  return section('Output', {
    output_dir: request.output,
    save_steps: stepsOf(request).saveEvery,
    logging_steps: 10,
    seed: request.run.seed ?? undefined,
  });
}
