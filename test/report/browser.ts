/** Headless Chromium without a network, for tests of pages; where it is not installed they are skipped. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Why there is no browser; undefined where there is one. */
export const noBrowser = existsSync(path) ? undefined : `no Chromium at ${path}: set CHROMIUM_PATH`;

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: path, args: ['--no-sandbox'] });

export interface Opened {
  readonly page: Page;
  /** Errors and warnings of its console, uncaught errors, and whatever it asked the network for. */
  readonly trouble: readonly string[];
}

export async function open(
  browser: Browser,
  address: string,
  options: { readonly scripts?: boolean; readonly width?: number; readonly dark?: boolean } = {},
): Promise<Opened> {
  const context = await browser.newContext({
    offline: true,
    javaScriptEnabled: options.scripts ?? true,
    viewport: { width: options.width ?? 1200, height: 900 },
    colorScheme: options.dark === true ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) trouble.push(request.url());
  });
  await page.goto(address);
  if (options.scripts ?? true) await page.locator('#levers:not([hidden])').waitFor();
  return { page, trouble };
}
