// Bundles src/ into dist/, or the folder given: one chunk graph, so that `mixplan --help` opens two files and not eighty.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

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
  packages: 'external',
  jsx: 'automatic',
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: true,
});
