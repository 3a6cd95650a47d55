/** What a worker thread runs: the jobs of a fit. */
import { drawJob, pointJob } from './fitJobs.ts';
import { serveJobs } from './threads.ts';

serveJobs([pointJob, drawJob]);
