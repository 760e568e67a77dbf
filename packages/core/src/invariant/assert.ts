/** What can't happen did: the model itself is broken. The message says which invariant. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Stops: an invariant is broken. */
export function assertInvariant(message: string): never {
  throw new InvariantError(message);
}

/** The end of an exhaustive `switch`. */
export function assertUnreachable(value: never): never {
  throw new InvariantError(`unexpected ${JSON.stringify(value)}`);
}
