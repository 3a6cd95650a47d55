import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Chart, drawing, type Layout, specification } from '../../src/charts/chart.ts';
import { trajectoryChart } from '../../src/charts/trajectory.ts';
import { compiled, svgOf } from '../../src/report/draw.ts';
import { chartsOf, type PlanName, reportOf, reportOfFit, watchedOf } from '../report/plans.ts';

const layouts: readonly Layout[] = ['wide', 'narrow'];

/** Every chart there is, by the plan it is of: ids are the same in several plans, titles are not. */
const charts = new Map<string, Chart>();
let valid: ValidateFunction;

beforeAll(async () => {
  const schema = createRequire(import.meta.url)('vega-lite/vega-lite-schema.json') as object;
  valid = new Ajv({ strict: false, validateFormats: false, allErrors: false }).compile(schema);
  for (const name of ['far', 'curve', 'published', 'assumed'] satisfies PlanName[]) {
    const report = await reportOf(name);
    for (const chart of chartsOf(report)) charts.set(`${name} ${chart.id}`, chart);
    const { levers } = report;
    if (name !== 'far' || levers === undefined) continue;
    charts.set('watched trajectory', trajectoryChart(levers.plan, await watchedOf('far', 0.4)));
  }
  for (const chart of chartsOf(reportOfFit())) charts.set(`fit ${chart.id}`, chart);
}, 120_000);

describe('every chart', () => {
  it('is there', () => {
    expect([...new Set([...charts.values()].map(({ id }) => id))].sort()).toEqual(
      [
        'budget',
        'critical-against-size',
        'critical-against-tokens',
        'laws',
        'loss-against-ratio',
        'published-curve',
        'published-evidence',
        'reach',
        'repeats',
        'residuals-domain',
        'residuals-general',
        'runs-domain',
        'runs-general',
        'trade-off',
        'trajectory',
      ].sort(),
    );
  });

  it('is valid against the schema of Vega-Lite 6', () => {
    const faults = [...charts].flatMap(([name, chart]) =>
      layouts
        .flatMap((layout) => [specification(chart, layout), drawing(chart, layout)])
        .flatMap((spec) => (valid(plain(spec)) ? [] : [`${name}: ${JSON.stringify(valid.errors?.[0])}`])),
    );
    expect(faults).toEqual([]);
    expect(valid({ ...specification([...charts.values()][0]), mark: { type: 'pie' } })).toBe(false);
  });

  it('is compiled and drawn without a warning, in both layouts', async () => {
    for (const chart of charts.values()) {
      for (const layout of layouts) {
        const svg = await svgOf(compiled(specification(chart, layout)), chart.description);
        expect(svg).toMatch(/^<svg role="img" [^>]*><desc>/);
        expect(svg).not.toMatch(/NaN|undefined|Infinity|null/);
      }
    }
  });

  it('says what it shows, in a title that ends without a full stop and a description', () => {
    for (const { title, subtitle, description } of charts.values()) {
      expect(title).toMatch(/[^.]$/);
      expect(title).not.toMatch(/NaN|undefined|Infinity/);
      expect(subtitle).toMatch(/[.]$/);
      expect(description.length).toBeGreaterThan(40);
      expect(description).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('does not touch what it is made from', async () => {
    const [chart] = charts.values();
    expect(specification(chart)).toEqual(specification(chart));
  });

  it.each([
    'far trade-off',
    'far loss-against-ratio',
    'far critical-against-tokens',
    'far critical-against-size',
    'far reach',
    'far trajectory',
    'watched trajectory',
    'curve budget',
    'curve repeats',
    'published published-curve',
    'assumed published-evidence',
    'fit laws',
    'fit residuals-general',
    'fit runs-general',
  ])('%s looks as it did', async (name) => {
    const chart = charts.get(name)!;
    const svg = await svgOf(compiled(specification(chart)), chart.description);
    await expect(`${coarse(svg)}\n`).toMatchFileSnapshot(`snapshots/${name.replace(' ', '-')}.svg`);
  });
});

describe('titles state the finding', () => {
  const titleOf = (name: string): string => charts.get(name)!.title;

  it('with its number', () => {
    expect(titleOf('far loss-against-ratio')).toMatch(
      /^General loss stays within 3% up to 3\d\.\d% domain tokens, for 90% of new runs$/,
    );
    expect(titleOf('far reach')).toBe('The plan lies 2.4 × in size and 2.1 × in tokens beyond the pilots');
    expect(titleOf('watched trajectory')).toMatch(
      /^The run is where the plan said after 40% of its tokens: general 1\.\d{3} and domain 1\.\d{3}$/,
    );
    expect(titleOf('curve repeats')).toMatch(/tokens seen in 3\.8 passes are worth 3\.\d+M new ones/);
  });
});

describe('what lies beyond the pilots', () => {
  const dashed = (name: string): boolean =>
    JSON.stringify(specification(charts.get(name)!)).includes('[6,4]');
  const beyond = (name: string): boolean[] => {
    const data = (specification(charts.get(name)!).data as { values: { beyond: boolean }[] }).values;
    return data.map((row) => row.beyond);
  };

  it('is dashed', () => {
    expect(dashed('far loss-against-ratio')).toBe(true);
    // The size of the target was not piloted, so that the whole curve is extrapolated.
    expect(beyond('far critical-against-tokens')).not.toContain(false);
  });

  it('begins where the longest pilot ends', () => {
    const parts = beyond('curve critical-against-tokens');
    expect(parts[0]).toBe(false);
    expect(parts.at(-1)).toBe(true);
    expect(parts.toSorted()).toEqual(parts);
  });
});

/** JSON as a file would hold it, without members that are undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Numbers of a drawing to a tenth of a pixel, one mark a line. */
function coarse(svg: string): string {
  return svg
    .replace(/<[^>]+>/g, (tag) =>
      tag.replace(/-?\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1)))),
    )
    .replaceAll('><', '>\n<');
}
