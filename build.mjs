// Bundles src/ into dist/, or the folder given: one chunk graph, so that `mixplan --help` opens two files and not eighty.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { buildPage } from './build.page.mjs';

// Packages of many files start twice as fast from one, of which only what is used is read; all others stay outside.
const BUNDLED = ['csv-parse', 'ink', 'pure-rand', 'react', 'vega', 'vega-lite', 'zod'];
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const external = Object.keys(dependencies).filter((name) => !BUNDLED.includes(name));

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
  // Vega would draw on a canvas in a browser's stead, and ink show itself to its developers, where somebody has those.
  external: [...external, 'canvas', 'react-devtools-core'],
  // React is the slow one that checks otherwise.
  define: { 'process.env.NODE_ENV': '"production"' },
  // Packages under ink ask for Node's own modules by `require`.
  banner: {
    js: `import{createRequire as requireOf}from'node:module';const require=requireOf(import.meta.url);`,
  },
  // Names stay, for the traces that --debug shows.
  minifyWhitespace: true,
  minifySyntax: true,
  jsx: 'automatic',
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: true,
});

// What a report reads: the script and the style of its page, and its fonts with their licence.
mkdirSync(`${outdir}/chunks/page`, { recursive: true });
writeFileSync(`${outdir}/chunks/page/main.js`, await buildPage('src/report/page/main.ts'));
cpSync('src/report/page/style.css', `${outdir}/chunks/page/style.css`);
cpSync('src/report/fonts', `${outdir}/chunks/fonts`, { recursive: true });
