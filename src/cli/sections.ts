/** Lays out the sections of an answer for a terminal. */
import type { Section } from '../explain/section.ts';
import type { Printer } from './printer.ts';
import { table } from './table.ts';
import { fill } from './text.ts';

const widest = 100;

export function sectionsText(sections: readonly Section[], { paint, width }: Printer): string {
  const columns = Math.min(width, widest);
  return sections
    .map((section, index) => {
      const isAnswer = index === 0 && section.title === undefined;
      const blocks: string[] = [];
      if (section.title !== undefined) blocks.push(paint('bold', section.title));
      if (section.formula !== undefined) blocks.push(fill(section.formula, columns, 2));
      for (const sentence of section.sentences ?? []) {
        blocks.push(isAnswer ? paint('bold', fill(sentence, columns)) : fill(sentence, columns, 2));
      }
      if (section.table !== undefined) blocks.push(table(section.table.columns, section.table.rows));
      for (const line of section.verbatim ?? []) blocks.push(`  ${line}`);
      return blocks.join('\n');
    })
    .join('\n\n');
}
