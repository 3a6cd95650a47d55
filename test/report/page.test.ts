import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textWidth } from '../../src/report/font.ts';
import { mixplan } from '../cli/harness.ts';
import { launch, noBrowser, open } from './browser.ts';
import { chartsOf, file, logFile, planFile, reportOf } from './plans.ts';

let browser: Browser;
let address: string;

beforeAll(async () => {
  const html = file.path('page.html');
  const { status, stderr } = await mixplan(['report', await planFile('far'), '--html', html]);
  if (status !== 0) throw new Error(stderr);
  address = pathToFileURL(html).href;
  if (noBrowser === undefined) browser = await launch();
}, 120_000);
afterAll(async () => browser?.close());

describe.skipIf(noBrowser !== undefined)(
  `the page in a browser${noBrowser === undefined ? '' : ` (${noBrowser})`}`,
  () => {
    it('asks for nothing and complains of nothing', async () => {
      const { trouble } = await open(browser, address);
      expect(trouble).toEqual([]);
    });

    it('shows the plan until a lever is moved', async () => {
      const { page } = await open(browser, address);
      expect(await page.locator('#told-tolerance').textContent()).toBe('3%');
      const safe = Number(await page.locator('#told-safe').textContent());
      const [planned] = /domain ratio (0\.\d+)/
        .exec((await page.locator('.answer').textContent()) ?? '')!
        .slice(1);
      expect(safe).toBe(Number(planned));
      expect(await page.locator('#chart-trade-off .wide').innerHTML()).toContain(`plan ${planned}`);
    });

    it('moves the marked ratio and the number beside it with the tolerance', async () => {
      const { page, trouble } = await open(browser, address);
      const marked = () => page.locator('#chart-loss-against-ratio .wide').innerHTML();
      const before = Number(await page.locator('#told-safe').textContent());
      const drawnBefore = await marked();
      await page.locator('#lever-tolerance').fill('2');
      await expect.poll(marked).not.toBe(drawnBefore);
      expect(await page.locator('#told-tolerance').textContent()).toBe('6%');
      const after = (await page.locator('#told-safe').textContent()) ?? '';
      expect(Number(after)).toBeGreaterThan(before + 0.1);
      expect(await page.locator('#told-ratio').textContent()).toBe(after);
      expect(await marked()).toContain(`>${after}<`);
      expect(await marked()).toContain('accepted +6%');
      expect(await page.locator('#chart-critical-against-tokens').innerHTML()).toContain(`>${after}<`);
      // At the safe ratio as many new runs keep the tolerance as the plan asks for, whatever the tolerance.
      expect(await page.locator('#told-kept').textContent()).toBe('90%');
      await page.locator('#lever-reset').click();
      await expect.poll(marked).toBe(drawnBefore);
      expect(trouble).toEqual([]);
    });

    it('tells what another ratio does', async () => {
      const { page } = await open(browser, address);
      const general = () => page.locator('#told-set-general').textContent();
      const planned = await general();
      await page.locator('#lever-ratio').focus();
      for (let press = 0; press < 4; press++) await page.keyboard.press('ArrowRight');
      await expect.poll(general).not.toBe(planned);
      expect(Number(await page.locator('#told-ratio').textContent())).toBeGreaterThan(0.38);
      expect(Number.parseFloat((await page.locator('#told-kept').textContent()) ?? '')).toBeLessThan(90);
      // The tolerance stays, and so does what is safe.
      expect(await page.locator('#told-tolerance').textContent()).toBe('3%');
    });

    it('has all charts with scripts off, and no levers', async () => {
      const { page } = await open(browser, address, { scripts: false });
      expect(await page.locator('#levers').isVisible()).toBe(false);
      for (const { id } of chartsOf(await reportOf('far'))) {
        const drawn = page.locator(`#chart-${id} svg:visible`);
        expect(await drawn.count(), id).toBe(1);
        const box = await drawn.boundingBox();
        expect(box!.width, id).toBeGreaterThan(200);
      }
    });

    it('shows a watched run first, with scripts off too, and has no serious fault of access then', async () => {
      const html = file.path('watched.html');
      const words = ['--watched', await logFile('near', 0.6), '--html', html];
      expect((await mixplan(['report', await planFile('near'), ...words])).status).toBe(0);
      const watched = pathToFileURL(html).href;
      const { page } = await open(browser, watched, { scripts: false });
      const first = page.locator('main section').first();
      expect(await first.locator('p').first().textContent()).toMatch(/^On course: after 3M of 5M tokens/);
      expect(await first.locator('#chart-trajectory svg:visible').count()).toBe(1);
      const { page: whole, trouble } = await open(browser, watched);
      expect(trouble).toEqual([]);
      expect(await seriousFaults(whole)).toEqual([]);
    });

    it.each([390, 768, 1200])('fits a screen of %i pixels', async (width) => {
      const { page } = await open(browser, address, { width });
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    });

    it.each([
      [1200, false],
      [1200, true],
      [390, false],
    ])('has no serious fault of access at %i pixels, dark: %s', async (width, dark) => {
      const { page } = await open(browser, address, { width, dark });
      expect(await seriousFaults(page)).toEqual([]);
    });

    it('sets text as wide as its charts were measured for', async () => {
      const { page } = await open(browser, address);
      for (const text of ['domain ratio (share of domain tokens)', 'plan 0.375', '−30.3% [−33.2%, −27.9%]']) {
        const width = await page.evaluate<number>(
          `(() => { const c = document.createElement('canvas').getContext('2d'); c.font = '100px Inter'; c.fontKerning = 'none'; return c.measureText(${JSON.stringify(text)}).width })()`,
        );
        expect(textWidth(text, 100, 'Regular') / width).toBeCloseTo(1, 2);
      }
    });
  },
);

/** Faults of access that axe calls serious or critical. */
async function seriousFaults(page: Page): Promise<string[]> {
  await page.addScriptTag({
    content: readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
  });
  return page.evaluate<string[]>(
    "axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ' ' + nodes[0].html.slice(0, 200)))",
  );
}
