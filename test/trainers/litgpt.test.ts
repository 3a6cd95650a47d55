import { litgpt } from '../../src/trainers/litgpt.ts';
import { itCarriesOutAnyRun } from './agreement.ts';

itCarriesOutAnyRun(litgpt, ['constant', 'cosine']);
