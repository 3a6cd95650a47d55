#!/usr/bin/env node
import { runAsProcess } from './run.ts';

await runAsProcess(process.argv.slice(2));
