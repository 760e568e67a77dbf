/**
 * A record as CSV has it (RFC 4180), with its line end. Null is nothing; a text that is empty, which is something, is
 * `""`.
 */
export function csvRecord(fields: readonly (string | number | bigint | boolean | null)[]): string {
  let line = '';
  for (let at = 0; at < fields.length; at++) {
    if (at > 0) line += ',';
    const field = fields[at] ?? null;
    if (field !== null) line += typeof field === 'string' ? csvText(field) : String(field);
  }
  return `${line}\r\n`;
}

function csvText(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
