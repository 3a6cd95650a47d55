import { olmoCore } from '../../src/trainers/olmoCore.ts';
import { itCarriesOutAnyRun } from './agreement.ts';

itCarriesOutAnyRun(olmoCore);
