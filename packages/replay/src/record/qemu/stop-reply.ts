/** Why a target that was resumed has stopped: a signal on a thread (GDB's name for a CPU), or its end. */
export type StopReply =
  | { readonly kind: 'stopped'; readonly signal: number; readonly thread: string | undefined }
  | { readonly kind: 'exited'; readonly status: string };

/** Reads the answer to `c` or `s`; `undefined` if it is none. */
export function parseStopReply(payload: string): StopReply | undefined {
  const exit = /^[WX]([0-9a-f]{2})/i.exec(payload);
  if (exit !== null) {
    const how = payload.startsWith('W') ? 'status' : 'signal';
    return { kind: 'exited', status: `${how} ${Number.parseInt(exit[1] ?? '', 16)}` };
  }
  const stop = /^[ST]([0-9a-f]{2})/i.exec(payload);
  if (stop === null) return undefined;
  const thread = /(?:^T..|;)thread:([^;]+)/.exec(payload)?.[1];
  return { kind: 'stopped', signal: Number.parseInt(stop[1] ?? '', 16), thread };
}
