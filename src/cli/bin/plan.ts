#!/usr/bin/env node
/** The bare command `plan` is `mixplan plan`. */
import { runAsProcess } from './run.ts';

await runAsProcess(['plan', ...process.argv.slice(2)]);
