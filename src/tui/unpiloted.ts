/** A plan without pilots, asked of its command. */
import type { AssumedPlanDocument } from '../documents/unpiloted.ts';
import { explainNoPilots } from '../explain/noPilots.ts';
import { shellWords } from '../options/commandLine.ts';
import type { Host } from './source.ts';
import type { Event } from './state.ts';

/** @param text the options behind `mixplan plan --no-pilots` */
export async function unpiloted(host: Host, text: string): Promise<Event> {
  const words = shellWords(text);
  if (words === undefined) return { kind: 'notPlanned', text, problem: 'A quote is open in this line.' };
  const { status, stdout, told } = await host.run(['plan', '--no-pilots', ...words, '-o', '-']);
  return status === 0
    ? { kind: 'unpiloted', text, answer: explainNoPilots(JSON.parse(stdout) as AssumedPlanDocument) }
    : { kind: 'notPlanned', text, problem: told };
}
