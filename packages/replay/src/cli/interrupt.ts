const waiting = new Set<() => void>();

/**
 * Has the next interrupt call `act` instead of ending the program at once: for a command that then has an end to
 * write. The one behind it ends the program. Returns what takes this back.
 */
export function onInterrupt(act: () => void): () => void {
  waiting.add(act);
  return () => {
    waiting.delete(act);
  };
}

/** Passes an interrupt on to the command that waits for it; false if none does. */
export function interrupt(): boolean {
  const acts = [...waiting];
  waiting.clear();
  for (const act of acts) act();
  return acts.length > 0;
}
