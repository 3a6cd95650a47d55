import { llamaFactory } from '../../src/trainers/llamaFactory.ts';
import { itCarriesOutAnyRun } from './agreement.ts';

itCarriesOutAnyRun(llamaFactory);
