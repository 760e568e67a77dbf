/** A question to the engine. */
export interface Ask {
  readonly kind: 'ask';
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

/** Whoever asked does not want to know any more. */
export interface Cancel {
  readonly kind: 'cancel';
  readonly id: number;
}

/** What goes to the engine. */
export type ToEngine = Ask | Cancel;

/** An error as it goes from one thread to the other. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
}

/** What comes from the engine: how far it is, then once the answer or why there is none. */
export type FromEngine =
  | { readonly kind: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: PlainError };

/** One end of a channel between two threads: a worker, what is inside of it, or a `MessagePort`. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listen: (event: MessageEvent) => void): void;
}
