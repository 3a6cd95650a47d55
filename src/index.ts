/** The library. */

export { type Chart, type Layout, specification } from './charts/chart.ts';
export { trajectoryChart } from './charts/trajectory.ts';
export { type FileToWrite, writeAllAtomically, writeAtomically } from './documents/atomic.ts';
export { canonicalJson, round10 } from './documents/canonical.ts';
export type { FitDocument } from './documents/fit.ts';
export { type DocumentKind, schemaId } from './documents/kind.ts';
export type { PilotsDocument } from './documents/pilots.ts';
export type { PlanDocument } from './documents/plan.ts';
export { parseDocument, readDocument } from './documents/read.ts';
export { allDocumentKinds, documentKinds, publishSchema } from './documents/schemas.ts';
export type { TrainingRun } from './documents/trainingRun.ts';
export type { WatchDocument, WatchEvaluationDocument } from './documents/watch.ts';
export { adviceOn } from './explain/advice.ts';
export { explainFit } from './explain/fit.ts';
export { explainFitExplained } from './explain/fitExplained.ts';
export { explainPlan } from './explain/plan.ts';
export type { Section } from './explain/section.ts';
export { explainWatch } from './explain/watch.ts';
export { fitOnThreads } from './fit/fitOnThreads.ts';
export { type FitOptions, fitRuns } from './fit/fitRuns.ts';
export type { ObjectiveChoice } from './fit/objective.ts';
export { RESAMPLING_SCHEMES, type ResamplingId, type ResamplingScheme } from './fit/resample.ts';
export { type FitVerification, verifyFit } from './fit/verify.ts';
export { type Accelerator, accelerator, accelerators } from './hardware/accelerators.ts';
export { countParameters, type ModelShape, modelShape, modelShapes } from './hardware/shapes.ts';
export type { Law } from './laws/law.ts';
export {
  type DataConstrainedLaw,
  dataConstrainedLoss,
  dataConstrainedOptimum,
  MUENNIGHOFF,
} from './laws/modifiers/dataConstrained.ts';
export {
  type ConstantPrior,
  effectiveTokens,
  REPEATED_TOKENS,
  valueOfNextToken,
} from './laws/modifiers/repetition.ts';
export { REPETITION_LAWS, type RepetitionLaw, repetitionLawById } from './laws/modifiers/repetitionLaws.ts';
export { LAWS, lawById, PUBLISHED } from './laws/registry.ts';
export {
  type SlopeTerm,
  type TurningPoint,
  turningPoint,
  weighedTurningPoint,
} from './laws/slices/turningPoint.ts';
export { ZHENG_CONTINUAL, ZHENG_FROM_SCRATCH, type ZhengParameters, zhengAllocation } from './laws/zheng.ts';
export type { ImportedRun, ImportedRuns } from './logs/evaluation.ts';
export type { Launched, LogFacts } from './logs/facts.ts';
export { type FollowOptions, followLogs } from './logs/follow.ts';
export { readLogs } from './logs/read.ts';
export { importedCsv, importedJsonLines } from './logs/table.ts';
export { baseLosses } from './mixture/baseLoss.ts';
export { type AskedFit, compareFits } from './mixture/compareFits.ts';
export {
  type Constraint,
  type CriticalRatio,
  criticalRatio,
  limitOf,
  plannedRatio,
} from './mixture/critical.ts';
export { type Explanation, explanationOf } from './mixture/explanation.ts';
export { type Crossing, type Curve, crossing, interpolate } from './mixture/interpolate.ts';
export { type LawFreeAnswer, lawFreeAnswer } from './mixture/lawFree.ts';
export { type MeaningFacts, meaningsOf } from './mixture/meaning.ts';
export { type DomainObjective, domainObjective, weightedMean } from './mixture/objective.ts';
export { type Prediction, predictLosses } from './mixture/predict.ts';
export { makePredictor, type Predictor } from './mixture/predictor.ts';
export type { BaseLoss, Target } from './mixture/scenario.ts';
export { fitFaults } from './mixture/soundFit.ts';
export { blindSpots, constraintsFrom, inUnitOf, lossReminder } from './mixture/tolerances.ts';
export { turningPointRatio } from './mixture/turningPoint.ts';
export { TRANSFERS, type Transfer } from './options/transfers.ts';
export { type BudgetRequest, type Purchase, purchase } from './plan/budget.ts';
export { makePlan, type PlanOutcome, type PlanRequest } from './plan/makePlan.ts';
export { type CurvePoint, curveAt } from './plan/publishedCurve.ts';
export {
  type Mark,
  type ReplayRule,
  type ReplayTable,
  RULES as REPLAY_RULES,
  type Shift,
  TABLES as REPLAY_TABLES,
} from './plan/publishedEvidence.ts';
export { problemKinds } from './problems/catalogue.ts';
export { type Place, type Problem, type ProblemKind, Refusal, type Severity } from './problems/problem.ts';
export { fitCharts, planCharts, unpilotedChart } from './report/charts.ts';
export { evidenceOf } from './report/evidence.ts';
export { type Shown, showChart, showSections } from './report/notebook.ts';
export { fitReport, planReport, type Report, unpilotedReport } from './report/parts.ts';
export { type TableOptions, tablesToRuns } from './runs/assemble.ts';
export { describeRuns, type RunsDescription } from './runs/describe.ts';
export { type HonestyOptions, setAside } from './runs/honesty.ts';
export { pilotTraining } from './runs/pilotFacts.ts';
export { type ReadOptions, readRuns } from './runs/read.ts';
export type { BaseInfo, EvalColumn, LossUnit, Role, RunInfo, Runs, Schedule, SetAside } from './runs/runs.ts';
export { selectObservations } from './runs/select.ts';
export type { Table, TableRow } from './runs/table.ts';
export { runStudy, STUDY_DESIGNS, type StudyDesign, type StudyRecord } from './simulate/coverage.ts';
export { parseDesign } from './simulate/designFile.ts';
export { designOfFit, truthOfFit } from './simulate/ofFit.ts';
export { designOfPlan, truthOfPlan } from './simulate/ofPlan.ts';
export { type Design, type DesignedRun, gridDesign, simulateRuns } from './simulate/simulate.ts';
export { type DesignSummary, summarise } from './simulate/summary.ts';
export { runsCsv, runsJsonLines } from './simulate/table.ts';
export { lossesOverRatios, type Places, type TrueEval, type Truth } from './simulate/truth.ts';
export { drawTruth, trueCritical } from './simulate/truths.ts';
export type {
  Emission,
  EmitRequest,
  EmittedFile,
  RealisedMixture,
  TrainerAdapter,
} from './trainers/adapter.ts';
export { type ComparedRow, compareRun } from './trainers/compare.ts';
export { findTrainer, type TrainerEntry, trainers } from './trainers/registry.ts';
export { type EmitFacts, requestOf as emitRequest } from './trainers/request.ts';
export { type Budget, budget } from './units/budget.ts';
export { duration } from './units/duration.ts';
export { flop } from './units/flop.ts';
export { money } from './units/money.ts';
export { params } from './units/params.ts';
export { price } from './units/price.ts';
export { level, ratio, replay, utilisation } from './units/ratio.ts';
export { throughput } from './units/throughput.ts';
export { tokens } from './units/tokens.ts';
export { type Tolerance, type Tolerances, tolerance, tolerances } from './units/tolerance.ts';
export type { Unit } from './units/unit.ts';
export { type Expected, type ExpectedSet, expectedFromFit, expectedFromPlan } from './watch/expected.ts';
export { type Evaluation, type RunSoFar, runSoFar } from './watch/runSoFar.ts';
export { makeWatcher, type VerdictFacts, type Watcher } from './watch/watch.ts';
