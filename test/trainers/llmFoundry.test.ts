import { llmFoundry } from '../../src/trainers/llmFoundry.ts';
import { itCarriesOutAnyRun } from './agreement.ts';

itCarriesOutAnyRun(llmFoundry, ['constant', 'cosine', 'linear']);
