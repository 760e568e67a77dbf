declare const brand: unique symbol;

/** A `T` that must not be mixed with other `T`s: the name `B` exists for the type checker alone. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };
