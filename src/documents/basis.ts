/** Documents of one kind that rest on a fit, on a published curve or on published evidence, told apart by `basis`. */
import * as z from 'zod';
import { criticalSchema } from './critical.ts';
import { planSchema } from './plan.ts';
import { assumedPlanSchema, curvePlanSchema, publishedCriticalSchema } from './unpiloted.ts';

export const anyPlanSchema = z.discriminatedUnion('basis', [planSchema, curvePlanSchema, assumedPlanSchema]);
export const anyCriticalSchema = z.discriminatedUnion('basis', [criticalSchema, publishedCriticalSchema]);
