// Bundles src/ into dist/, or the folder given: one chunk graph, so that `mixplan --help` opens two files and not eighty.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { buildPage } from './build.page.mjs';

// Vega and the 30 packages that it stands on start twice as fast from one file; all other packages stay outside.
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const external = Object.keys(dependencies).filter((name) => name !== 'vega' && name !== 'vega-lite');

const outdir = process.argv[2] ?? 'dist';
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: {
    index: 'src/index.ts',
    'cli/bin/mixplan': 'src/cli/bin/mixplan.ts',
    'cli/bin/plan': 'src/cli/bin/plan.ts',
    // Beside the chunk that starts it, as in the sources.
    'chunks/fitWorker': 'src/fit/fitWorker.ts',
    'chunks/refitWorker': 'src/tui/refitWorker.ts',
  },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Vega would draw on it in a browser's stead, where somebody has it; the drawings here are text.
  external: [...external, 'canvas'],
  jsx: 'automatic',
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: true,
});

// What a report reads: the script and the style of its page, and its fonts with their licence.
mkdirSync(`${outdir}/chunks/page`, { recursive: true });
writeFileSync(`${outdir}/chunks/page/main.js`, await buildPage('src/report/page/main.ts'));
cpSync('src/report/page/style.css', `${outdir}/chunks/page/style.css`);
cpSync('src/report/fonts', `${outdir}/chunks/fonts`, { recursive: true });
