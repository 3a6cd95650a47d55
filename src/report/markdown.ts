/** A report as Markdown (GitHub's tables), with its charts as pictures where these are written too. */
import type { Section } from '../explain/section.ts';
import type { Report } from './parts.ts';

/** @param pictureOf address of the picture of a chart, relative to the report; undefined = there is none */
export function markdownReport(report: Report, pictureOf: (chart: string) => string | undefined): string {
  const blocks: string[] = [
    `# ${plain(report.title)}`,
    ...report.answer.map((sentence) => `**${plain(sentence)}**`),
    ...report.caveats.map((caveat) => `> ${plain(caveat)}`),
  ];
  if (report.figures.length > 0) {
    const rows = report.figures.map(({ name, value, detail }) => [name, value, detail]);
    blocks.push(
      tableOf(
        ['', '', ''].map((title) => ({ title, align: 'left' })),
        rows,
      ),
    );
  }
  for (const part of report.parts) {
    blocks.push(`## ${plain(part.title)}`);
    for (const section of part.sections.filter(({ title }) => title === undefined))
      blocks.push(...sectionOf(section));
    for (const { id, title, subtitle, description } of part.charts) {
      const address = pictureOf(id);
      blocks.push(`**${plain(title)}**`);
      if (address === undefined) blocks.push(plain(description));
      else blocks.push(`![${plain(description)}](${encodeURI(address)})`, plain(subtitle));
    }
    for (const section of part.sections.filter(({ title }) => title !== undefined))
      blocks.push(...sectionOf(section));
    const { problems = [] } = part;
    if (problems.length > 0) {
      const items = problems.map(
        ({ message, hint }) => `- ${plain(message)}${hint === undefined ? '' : ` ${plain(hint)}`}`,
      );
      blocks.push('### Warnings', items.join('\n'));
    }
  }
  return `${blocks.join('\n\n')}\n`;
}

/** Sections alone, for pages that hold more than a report. */
export function sectionsMarkdown(sections: readonly Section[]): string {
  return sections.flatMap(sectionOf).join('\n\n');
}

function sectionOf({ title, formula, sentences = [], table, verbatim = [] }: Section): string[] {
  return [
    ...(title === undefined ? [] : [`### ${plain(title)}`]),
    ...(formula === undefined ? [] : [`\`${formula}\``]),
    ...sentences.map(plain),
    ...(table === undefined ? [] : [tableOf(table.columns, table.rows)]),
    ...verbatim.map((line) => `\`\`\`sh\n${line}\n\`\`\``),
  ];
}

function tableOf(
  columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = (text: string): string => plain(text.trim()).replaceAll('|', '\\|');
  return [
    line(columns.map(({ title }) => cell(title))),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(cell))),
  ].join('\n');
}

/** Characters that Markdown would take for marks, escaped. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>#]/g, (mark) => `\\${mark}`);
}
