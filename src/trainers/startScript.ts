/** Shell scripts that start a trainer whose configuration does not hold the number of GPUs. */
import type { EmittedFile } from './adapter.ts';
import { fileNamed, unreadable } from './reading.ts';
import { nodesOf } from './torchrun.ts';
import { comments } from './yaml.ts';

export const START = 'train.sh';

/**
 * A script that runs `command` (whole lines) on every machine, told what its launcher reads from the environment:
 * `NNODES` and `NPROC_PER_NODE` multiply to the GPUs.
 */
export function startScript(
  header: readonly string[],
  gpus: number,
  command: string,
  environment: Readonly<Record<string, string>> = {},
): EmittedFile {
  const { nodes, perNode } = nodesOf(gpus);
  const several = [
    '# It is started on each machine: HEAD_NODE names the first of them, NODE_RANK counts them from 0.',
    `export NODE_RANK="\${NODE_RANK:?}"`,
    `export MASTER_ADDR="\${HEAD_NODE:?}"`,
    'export MASTER_PORT=29500',
  ];
  const lines = [
    '#!/bin/sh',
    comments(header),
    'set -e',
    '',
    `export NNODES=${nodes}`,
    `export NPROC_PER_NODE=${perNode}`,
    ...(nodes === 1 ? [] : several),
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${shellWord(value)}`),
    '',
    `exec ${command}`,
  ];
  return { path: START, text: `${lines.join('\n')}\n` };
}

/** GPUs that the script starts the trainer on. */
export function gpusOf(files: readonly EmittedFile[]): number {
  const { text } = fileNamed(files, START);
  const variable = (name: string): number => {
    const value = new RegExp(`^export ${name}=([1-9]\\d*)$`, 'm').exec(text)?.[1];
    return value === undefined ? unreadable(`${name} is not set`, START) : Number(value);
  };
  return variable('NNODES') * variable('NPROC_PER_NODE');
}

/** A word that a shell takes for exactly these characters. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The words of a script as a shell splits them, comments and line continuations gone; nothing is expanded. */
export function shellWords(script: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  const pattern = /\\\n|(?<=^|\s)#.*|\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gm;
  for (const [whole, single, double, escaped, plain] of script.matchAll(pattern)) {
    if (whole === '\\\n' || whole.startsWith('#') || /^\s/.test(whole)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain}`;
  }
  return word === undefined ? words : [...words, word];
}
