/**
 * `npm run results [-- FOLDER [PLANS]]`: the figures that the README quotes, measured now, as Markdown. FOLDER holds
 * reference data that may not be shipped; what needs a file that is not there is skipped and says so. PLANS is how many
 * random plans are tried, 1,000 unless told. Exit status 1 where a target is missed.
 */
import { chinchilla } from './chinchilla.ts';
import { dcptSynthetic } from './dcptSynthetic.ts';
import { ibrahim } from './ibrahim.ts';
import { cmrTable2, dcptTable5 } from './mixtures.ts';
import { nist } from './nist.ts';
import { pilots } from './pilots.ts';
import { plans } from './plans.ts';
import { type Section, sectionAsMarkdown } from './report.ts';
import { referenceFolder } from './tables.ts';

const folder = process.argv[2] ?? referenceFolder;
const randomPlans = Number(process.argv[3] ?? 1000);
const sections: readonly (() => Section | Promise<Section>)[] = [
  nist,
  () => chinchilla(folder),
  dcptSynthetic,
  dcptTable5,
  cmrTable2,
  ibrahim,
  pilots,
  () => plans(randomPlans),
];

let missed = 0;
for (const make of sections) {
  const section = await make();
  missed += section.rows.filter(({ verdict }) => verdict === 'fail').length;
  console.log(`${sectionAsMarkdown(section)}\n`);
}
if (missed > 0) {
  console.error(`${missed} ${missed === 1 ? 'figure misses its target' : 'figures miss their targets'}.`);
  process.exitCode = 1;
}
