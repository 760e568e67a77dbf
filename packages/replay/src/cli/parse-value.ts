/** What a value on the command line stands for: JSON, a hex number, or else the text itself. */
export function parseValue(text: string): unknown {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number(text);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
