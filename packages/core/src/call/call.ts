import type { BootCall, BootResults } from './boot-calls.ts';
import type { DomainCall, DomainResults } from './domain-calls.ts';
import type { HeapPageCall, HeapPageResults } from './heap-calls.ts';
import type { MappingCall, MappingResults } from './mapping-calls.ts';
import type { OfflineCall, OfflineResults } from './offline-calls.ts';

/** Every call of Xen's allocator that a trace can hold, named as in Xen. */
export type HeapCall = BootCall | HeapPageCall | DomainCall | OfflineCall | MappingCall;

/** The name of a call. */
export type CallType = HeapCall['type'];

/** The call of a name. */
export type CallOf<T extends CallType> = Extract<HeapCall, { readonly type: T }>;

/** What each call returns; `undefined` for a call without result. */
export interface CallResults extends BootResults, HeapPageResults, DomainResults, OfflineResults, MappingResults {}

/** What the call of a name returns. */
export type ResultOf<T extends CallType> = CallResults[T];

/** What any call may return. */
export type CallResult = CallResults[CallType];
