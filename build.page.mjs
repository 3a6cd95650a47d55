// Bundles the script of a report's page, with Vega, into one text that stands in the page itself.
import { build } from 'esbuild';

/** @param {string} entry path of the script */
export async function buildPage(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    // Top-level await stands in a module alone; a module script in the page needs no request either.
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    banner: {
      js: '/* Vega, BSD 3-Clause, (c) 2015-2024 University of Washington Interactive Data Lab and contributors; D3, ISC, (c) 2010-2024 Mike Bostock */',
    },
  });
  return outputFiles[0].text;
}
