/** What was thrown, as a text: people see it as it is. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
