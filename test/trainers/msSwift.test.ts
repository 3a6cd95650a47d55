import { msSwift } from '../../src/trainers/msSwift.ts';
import { itCarriesOutAnyRun } from './agreement.ts';

itCarriesOutAnyRun(msSwift);
