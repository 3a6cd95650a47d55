/**
 * The kinds of documents, by name. To add one: write `documents/NAME.ts` with its zod schema (a
 * `strictObject` with `schema: z.literal('mixplan.NAME/VERSION')`, fields described by `.describe`), and add
 * an entry here.
 */
import type { CheckDocument } from './check.ts';
import type { ComparisonDocument } from './comparison.ts';
import type { CriticalDocument } from './critical.ts';
import type { CriticalLawDocument } from './criticalLaw.ts';
import type { EmissionCheckDocument, EmissionDocument, TrainersDocument } from './emission.ts';
import type { ExplanationDocument } from './explanation.ts';
import type { FitDocument } from './fit.ts';
import type { ImportDocument } from './import.ts';
import type { DocumentKind } from './kind.ts';
import { schemaId } from './kind.ts';
import type { PilotsDocument } from './pilots.ts';
import type { PlanDocument } from './plan.ts';
import type { PredictionDocument } from './prediction.ts';
import type { ProblemDocument } from './problem.ts';
import type { ReportDocument } from './report.ts';
import type { SettingsDocument } from './settings.ts';
import type { PublishedCriticalDocument, UnpilotedPlanDocument } from './unpiloted.ts';
import type { WatchDocument, WatchEvaluationDocument } from './watch.ts';

const problem: DocumentKind<ProblemDocument> = {
  name: 'problem',
  version: 1,
  summary: 'a message on stderr, one a line, with --json',
  load: async () => (await import('./problem.ts')).problemSchema,
};

const check: DocumentKind<CheckDocument> = {
  name: 'check',
  version: 1,
  summary: 'what a set of pilot runs can and cannot tell, as mixplan check --json prints it',
  load: async () => (await import('./check.ts')).checkSchema,
};

const fit: DocumentKind<FitDocument> = {
  name: 'fit',
  version: 1,
  summary: 'laws fitted to pilot runs, with the observations and the draws behind every interval',
  load: async () => (await import('./fit.ts')).fitSchema,
};

const plan: DocumentKind<PlanDocument | UnpilotedPlanDocument> = {
  name: 'plan',
  version: 1,
  summary: 'what to train, why, how sure that is, and what to compare the run with',
  load: async () => (await import('./basis.ts')).anyPlanSchema,
};

const pilots: DocumentKind<PilotsDocument> = {
  name: 'pilots',
  version: 1,
  summary: 'training runs to be carried out together, such as the pilots of a plan',
  load: async () => (await import('./pilots.ts')).pilotsSchema,
};

const critical: DocumentKind<CriticalDocument | PublishedCriticalDocument> = {
  name: 'critical',
  version: 1,
  summary: 'critical ratios of one model at some token counts',
  load: async () => (await import('./basis.ts')).anyCriticalSchema,
};

const criticalLaw: DocumentKind<CriticalLawDocument> = {
  name: 'critical-law',
  version: 1,
  summary: 'a published curve of critical ratios against tokens, with its source and its range',
  load: async () => (await import('./criticalLaw.ts')).criticalLawSchema,
};

const emission: DocumentKind<EmissionDocument> = {
  name: 'emission',
  version: 1,
  summary: 'which files were written for which trainer and run, as they lie beside emitted files',
  load: async () => (await import('./emission.ts')).emissionSchema,
};

const emissionCheck: DocumentKind<EmissionCheckDocument> = {
  name: 'emission-check',
  version: 1,
  summary: 'emitted files, read back as the trainer does, against their plan',
  load: async () => (await import('./emission.ts')).emissionCheckSchema,
};

const trainers: DocumentKind<TrainersDocument> = {
  name: 'trainers',
  version: 1,
  summary: 'the trainers that files are written for, and what each cannot do',
  load: async () => (await import('./emission.ts')).trainersSchema,
};

const explanation: DocumentKind<ExplanationDocument> = {
  name: 'explanation',
  version: 1,
  summary: 'residuals of a fit, the pull of each run, what makes its interval wide',
  load: async () => (await import('./explanation.ts')).explanationSchema,
};

const prediction: DocumentKind<PredictionDocument> = {
  name: 'prediction',
  version: 1,
  summary: 'predicted losses at a point or over a grid',
  load: async () => (await import('./prediction.ts')).predictionSchema,
};

const comparison: DocumentKind<ComparisonDocument> = {
  name: 'comparison',
  version: 1,
  summary: 'what moved between two fits or two plans, and why',
  load: async () => (await import('./comparison.ts')).comparisonSchema,
};

const report: DocumentKind<ReportDocument> = {
  name: 'report',
  version: 1,
  summary: 'which files mixplan report wrote, and the charts in them',
  load: async () => (await import('./report.ts')).reportSchema,
};

const settings: DocumentKind<SettingsDocument> = {
  name: 'settings',
  version: 1,
  summary: 'what mixplan init filled in',
  load: async () => (await import('./settings.ts')).settingsSchema,
};

const watch: DocumentKind<WatchDocument> = {
  name: 'watch',
  version: 1,
  summary: 'a run against its plan: the verdict, how sure it is, and every evaluation',
  load: async () => (await import('./watch.ts')).watchSchema,
};

const watchEvaluation: DocumentKind<WatchEvaluationDocument> = {
  name: 'watch-evaluation',
  version: 1,
  summary: 'one evaluation of a watched run, one a line, with mixplan watch --json',
  load: async () => (await import('./watch.ts')).watchEvaluationSchema,
};

const imported: DocumentKind<ImportDocument> = {
  name: 'import',
  version: 1,
  summary: 'which runs mixplan import found in logs, and where each column came from',
  load: async () => (await import('./import.ts')).importSchema,
};

export const documentKinds = {
  check,
  comparison,
  critical,
  'critical-law': criticalLaw,
  emission,
  'emission-check': emissionCheck,
  explanation,
  fit,
  import: imported,
  pilots,
  plan,
  prediction,
  problem,
  report,
  settings,
  trainers,
  watch,
  'watch-evaluation': watchEvaluation,
} as const;

/** All kinds, in the order of the list that `mixplan schema` prints. */
export const allDocumentKinds: readonly DocumentKind<unknown>[] = Object.values(documentKinds);

/** The JSON Schema (draft 2020-12) of a kind, as plain data. */
export async function publishSchema(kind: DocumentKind<unknown>): Promise<Readonly<Record<string, unknown>>> {
  const [{ jsonSchemaOf }, schema] = await Promise.all([import('./jsonSchema.ts'), kind.load()]);
  return { $id: schemaId(kind), title: `${kind.name}: ${kind.summary}`, ...jsonSchemaOf(schema) };
}
