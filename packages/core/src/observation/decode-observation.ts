import type { Decoded } from '../schema/decoded.ts';
import { decodeWith } from '../schema/decode-with.ts';
import { observationSchemas } from './observation-schema.ts';
import type { Observation, ObservationType } from './observation.ts';

/** Is this the name of an observation? */
export function isObservationType(name: unknown): name is ObservationType {
  return typeof name === 'string' && Object.hasOwn(observationSchemas, name);
}

/** The names of all observations. */
export const OBSERVATION_TYPES: readonly ObservationType[] = Object.keys(observationSchemas).filter(isObservationType);

/** Checks the JSON of an observation's record, or says what is wrong with it. `type` is the observation that it names. */
export function decodeObservation(type: ObservationType, value: object): Decoded<Observation> {
  return decodeWith<Observation>(observationSchemas[type], value);
}
