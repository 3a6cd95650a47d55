/** What a worker thread of a fit runs. */
import { drawJob } from './drawJob.ts';
import { serveJobs } from './threads.ts';

serveJobs([drawJob]);
