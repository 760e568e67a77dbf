/** A trace as it is given to a page. */
export interface ServedTrace {
  /** What the page calls it. */
  readonly name: string;
  /** Is it followed while it is being recorded? */
  readonly live: boolean;
  /** Why it is not followed any further, though it has no footer: a sentence; null: there is nothing to tell. */
  readonly note: string | null;
  /** What is there now, to be read in part or as a whole, and to be closed. Throws if it is not there any more. */
  open(): Promise<OpenedTrace>;
  /** What is there, then what comes, until it ends or `signal`. */
  follow(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** A trace as it was when it was opened. */
export interface OpenedTrace {
  /** In bytes. */
  readonly size: number;
  /** Says that two parts are parts of the same, with its quotes. */
  readonly etag: string;
  /** Its bytes from `first` up to `end`, which is excluded. Throws if there are fewer by now. */
  read(first: number, end: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
