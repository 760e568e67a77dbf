const NAMED: Readonly<Record<string, string>> = { gt: '>', lt: '<', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

const ENTITY = /&(?:(gt|lt|amp|quot|apos|nbsp)|#(\d{1,6})|#x([0-9a-f]{1,5}));/gi;
const TAG = /<\/?(?:pre|br|code|span|div|p|a|b|i|font|tt)\b[^<>]*>/gi;

/** A line as a browser shows it: archives of mailing lists keep logs as HTML. */
export function withoutHtml(line: string): string {
  if (!line.includes('&') && !line.includes('<')) return line;
  return line.replace(TAG, '').replace(ENTITY, (whole, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
