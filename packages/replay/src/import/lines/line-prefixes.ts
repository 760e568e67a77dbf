const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const CLOCK = String.raw`\d{1,2}:\d\d:\d\d(?:[.,]\d+)?`;
const ZONE = String.raw`(?:Z|\s?[+-]\d\d:?\d\d)?`;
/** Host and program of a line of syslog or journal: only programs that pass on consoles, since `RAM:` looks like one too. */
const TAG = String.raw`(?:\s+[\w.-]+)?\s+(?:kernel|xen|xenconsoled|hypervisor|logger|dmesg|klogd|console|conserver)(?:\[\d+\])?:`;

/** What may stand before the text of a line, each at its begin, in whatever order. */
const PREFIXES: readonly RegExp[] = [
  // [    0.012345], with the thread or CPU that newer Linux adds; dmesg -d and -e: [    0.1 <    0.01>], [  +0.000000]
  /^\[\s*\+?\d+\.\d{3,9}(?:\s*<\s*\d+\.\d+\s*>)?\s*\](?:\[\s*[TC]\d+\])?/,
  // Xen's console_timestamps=raw: ticks
  /^\[[0-9a-f]{16}\](?=\s)/,
  new RegExp(String.raw`^\[\d{4}-\d\d-\d\d[T ]${CLOCK}${ZONE}\]`),
  new RegExp(String.raw`^\[${WEEKDAY} ${MONTH}\s+\d+ ${CLOCK} \d{4}\]`),
  new RegExp(String.raw`^\[${CLOCK}\]`),
  new RegExp(String.raw`^\d{4}-\d\d-\d\d[T ]${CLOCK}${ZONE}(?:${TAG})?(?=\s|$)`),
  new RegExp(String.raw`^${MONTH}\s+\d+ ${CLOCK}(?:${TAG})?(?=\s|$)`),
  new RegExp(String.raw`^${CLOCK}(?=\s)`),
  // The stream and its number, behind the time in a CI job's log.
  /^\d\d[OE]\+?(?=\s)/,
  // What a journal without times has: host and program.
  /^[\w.-]+ kernel(?:\[\d+\])?:(?=\s)/,
  // Priorities: <6>, and dmesg -x
  /^<\d{1,3}>(?=\s*[[(A-Za-z\d])/,
  /^(?:kern|user|daemon|syslog)\s*:\s*(?:emerg|alert|crit|err|warn|notice|info|debug)\s*:/,
];

/** Nobody puts more before a line: its console, its collector, a mail, each with a few. */
const MOST_PREFIXES = 16;

/** A line without the times, hosts, programs and priorities before its text. White space at the ends goes too. */
export function withoutPrefixes(line: string): string {
  let text = line.trim();
  for (let count = 0; count < MOST_PREFIXES; count++) {
    const prefix = PREFIXES.find((pattern) => pattern.test(text));
    if (prefix === undefined) break;
    text = text.replace(prefix, '').trimStart();
  }
  return text;
}
