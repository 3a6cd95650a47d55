import { axolotl } from '../../src/trainers/axolotl.ts';
import { itCarriesOutAnyRun } from './agreement.ts';

itCarriesOutAnyRun(axolotl);
