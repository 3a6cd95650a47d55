import { findProblemKind, problemKinds } from '../../problems/catalogue.ts';
import { unknownCode } from '../../problems/options.ts';
import { type ProblemKind, Refusal } from '../../problems/problem.ts';
import type { Run } from '../command.ts';
import { exitStatus } from '../exit.ts';
import type { Printer } from '../printer.ts';
import { definitions, fill } from '../text.ts';

/** `mixplan explain [CODE...]`: the list of problems, or what some of them mean. */
export const run: Run<never> = async ({ args, printer }) => {
  const kinds = args.length === 0 ? problemKinds : findAll(args);
  if (printer.json) printer.dataJson(kinds.map(asData));
  else if (args.length === 0)
    printer.data(
      definitions(
        kinds.map(({ code, title }) => [code, title]),
        printer.width,
      ),
    );
  else printer.data(kinds.map((kind) => asText(kind, printer)).join('\n\n'));
  return exitStatus.done;
};

function findAll(codes: readonly string[]): readonly ProblemKind<never>[] {
  const known = problemKinds.map(({ code }) => code);
  const unknown = codes.filter((code) => !known.includes(code));
  if (unknown.length > 0) throw new Refusal(unknown.map((code) => unknownCode({ code, codes: known })));
  return codes.flatMap((code) => findProblemKind(code) ?? []);
}

function asData({ code, severity, title, explanation }: ProblemKind<never>) {
  return { code, severity, title, explanation };
}

function asText(
  { code, severity, title, explanation }: ProblemKind<never>,
  { paint, width }: Printer,
): string {
  return `${paint('bold', code)} (${severity}): ${title}\n\n${fill(explanation, Math.min(width, 90))}`;
}
