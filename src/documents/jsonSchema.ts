/** The part of zod that only `mixplan schema` uses: in a file of its own, no other command loads it. */
import { toJSONSchema, type ZodType } from 'zod';

/** A schema as JSON Schema (draft 2020-12), as plain data. */
export function jsonSchemaOf(schema: ZodType): Readonly<Record<string, unknown>> {
  return toJSONSchema(schema);
}
