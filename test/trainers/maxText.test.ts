import { maxText } from '../../src/trainers/maxText.ts';
import { itCarriesOutAnyRun } from './agreement.ts';

itCarriesOutAnyRun(maxText);
