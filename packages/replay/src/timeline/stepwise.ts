/** Work that pauses behind each stretch to tell how far it has come, as a record's number, and ends with its result. */
export type Stepwise<T> = Generator<number, T, void>;

/** Does such work at one go. */
export function atOnce<T>(work: Stepwise<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
