import { allDocumentKinds } from '../../documents/schemas.ts';
import { accelerators } from '../../hardware/accelerators.ts';
import { modelShapes } from '../../hardware/shapes.ts';
import { LAWS } from '../../laws/registry.ts';
import { inDeclaredOrder } from '../../options/all.ts';
import { problemKinds } from '../../problems/catalogue.ts';
import { Refusal } from '../../problems/problem.ts';
import { choiceUnknown } from '../../problems/units.ts';
import type { Run } from '../command.ts';
import { commands } from '../commands.ts';
import { completedCommands, type KnownWords } from '../completion.ts';
import { completionScript, shells } from '../completionScripts.ts';
import { exitStatus } from '../exit.ts';

/** `mixplan completion SHELL`: a script that completes commands, flags, their words and files. */
export const run: Run<never> = async ({ args: [name], printer }) => {
  const shell = shells.find((each) => each === name);
  if (shell === undefined)
    throw new Refusal([choiceUnknown({ text: name, name: 'shell', choices: shells }, { field: 'SHELL' })]);
  const completed = completedCommands(commands, ({ options }) => inDeclaredOrder(options), knownWords());
  if (printer.json) printer.dataJson(completed);
  else printer.data(completionScript(shell, completed));
  return exitStatus.done;
};

function knownWords(): KnownWords {
  const ids = (entries: readonly { readonly id: string }[]): string[] => entries.map(({ id }) => id);
  return {
    options: { law: ids(LAWS), gpu: ids(accelerators), model: ids(modelShapes) },
    operands: {
      completion: shells,
      explain: problemKinds.map(({ code }) => code),
      hardware: ['models', ...ids(accelerators), ...ids(modelShapes)],
      laws: ids(LAWS),
      schema: allDocumentKinds.map(({ name }) => name),
    },
  };
}
