import { huggingFace } from '../../src/trainers/huggingFace.ts';
import { itCarriesOutAnyRun } from './agreement.ts';

itCarriesOutAnyRun(huggingFace);
