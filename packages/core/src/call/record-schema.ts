import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';
import { callerSchema, countSchema, cpuIdSchema, oneOfSchema } from '../schema/scalars.ts';
import type { CpuId } from '../units/ids.ts';
import type { CallType } from './call.ts';
import { BUG_KINDS, type BugKind } from './outcome.ts';
import type { CallRecord } from './record.ts';

/** For each of some calls the schema that turns its record from the JSON of a trace into memory. */
export type CallRecordSchemas<T extends CallType> = {
  readonly [K in T]: z.ZodType<CallRecord<K>>;
};

/** The schemas of a record's envelope. */
export type EnvelopeShape = {
  readonly at: z.ZodExactOptional<z.ZodType<number>>;
  readonly cpu: z.ZodExactOptional<z.ZodType<CpuId>>;
  readonly caller: z.ZodExactOptional<z.ZodType<readonly string[]>>;
  readonly freePagesBefore: z.ZodExactOptional<z.ZodType<number>>;
  readonly virqs: z.ZodExactOptional<z.ZodType<number>>;
  readonly bug: z.ZodExactOptional<z.ZodType<BugKind>>;
};

/** The keys that any record may have. */
export const envelopeShape: EnvelopeShape = {
  at: countSchema.exactOptional(),
  cpu: cpuIdSchema.exactOptional(),
  caller: callerSchema.exactOptional(),
  freePagesBefore: countSchema.exactOptional(),
  virqs: countSchema.exactOptional(),
  bug: oneOfSchema(BUG_KINDS).exactOptional(),
};

/** The schema of a record of one type: its own keys, the envelope's and any `x-` keys. */
export function recordSchema<T extends string, S extends z.ZodRawShape>(
  type: T,
  shape: S,
): z.ZodObject<{ readonly type: z.ZodLiteral<T> } & S & EnvelopeShape, z.core.$loose> {
  return openObject({ type: z.literal(type), ...shape, ...envelopeShape });
}
