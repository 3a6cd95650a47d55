import { torchtitan } from '../../src/trainers/torchtitan.ts';
import { itCarriesOutAnyRun } from './agreement.ts';

itCarriesOutAnyRun(torchtitan);
itCarriesOutAnyRun(torchtitan, undefined, (request) => ({ ...request, version: 'v0.2.2' }));
