/** The script of a page, Vega in it: bundled when the program is built, and from the sources on the spot. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export async function pageScript(): Promise<string> {
  const built = new URL('./page/main.js', import.meta.url);
  if (existsSync(built)) return readFileSync(built, 'utf8');
  const { buildPage } = (await import(new URL('../../build.page.mjs', import.meta.url).href)) as {
    readonly buildPage: (entry: string) => Promise<string>;
  };
  return buildPage(fileURLToPath(new URL('./page/main.ts', import.meta.url)));
}

export const pageStyle = (): string => readFileSync(new URL('./page/style.css', import.meta.url), 'utf8');
