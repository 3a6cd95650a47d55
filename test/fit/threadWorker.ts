import { serveJobs } from '../../src/fit/threads.ts';
import { dying, naming, power, refusing } from './threadJobs.ts';

serveJobs([naming, power, refusing, dying]);
