/** A line of a recording that tells of an event: who, where, when, what. */
export interface EventLine {
  readonly kind: 'event';
  /** Null: the line does not say. */
  readonly task: Task | null;
  /** Null: the line does not say. */
  readonly cpu: number | null;
  /** Null: the line does not say. */
  readonly time: LineTime | null;
  /** Without the subsystem in front of it, as `perf script` has it. */
  readonly name: string;
  /** What follows the name. */
  readonly fields: string;
}

/** Who was running. */
export interface Task {
  /** `<...>` where the recording does not know it. */
  readonly name: string;
  readonly pid: number;
}

/** A time as it was printed: seconds and the digits behind the point, or the count of a clock that has none. */
export interface LineTime {
  readonly whole: number;
  /** Null: no point, so the clock counts something else than seconds. */
  readonly fraction: string | null;
}

/** What one line of a recording is. */
export type TraceLine =
  | EventLine
  /** Behind it stand the frames of the last event on this CPU; null: of the last event. */
  | { readonly kind: 'stack'; readonly cpu: number | null }
  /** A frame of a stack: a symbol, or an address in hex. */
  | { readonly kind: 'frame'; readonly symbol: string }
  /** Events that were not recorded; null: nobody knows how many, or on which CPU. */
  | { readonly kind: 'lost'; readonly cpu: number | null; readonly events: number | null }
  /** Ends a stack in `perf script`. */
  | { readonly kind: 'blank' }
  /** What the tools say of themselves: comments, counts of processors, empty buffers. */
  | { readonly kind: 'remark' }
  | { readonly kind: 'unknown' };

/*
 * `task-pid (tgid) [cpu] flags time: `, as tracefs and trace-cmd print it, and `task pid/tid [cpu] time: period `, as
 * perf does. The name of a task may hold anything, blanks and hyphens included: the first place where the rest fits ends it.
 */
const PREFIX =
  /^\s*(\S.*?)(?:-|\s+)(\d+)(?:\/(\d+))?\s+(?:\(\s*[-\d]*\)\s+)?(?:\[(\d+)\]\s+)?(?:[^\s:\d[(][^\s:]{2,5}\s+)?(\d+)(?:\.(\d{1,9}))?:\s+(?:\d+\s+)?(.*)$/;
/** A comment that the tracer of functions prints, with or without a time and a task. */
const GRAPH = /^\s*(?:(\d+)\.(\d{1,9})\s+\|\s*)?(\d+)\)\s+(?:(\S.*?)-(\d+)\s+\|)?.*?\/\*\s+(\w+):\s+(.*?)\s*\*\/\s*$/;
/** An event, perhaps with its subsystem. */
const EVENT = /^(?:[\w.-]+:)?(\w+):\s*(.*)$/;
/** An event of the page allocator without anything in front of it, as people quote it. */
const BARE = /^\s*(?:kmem:)?(mm_page\w*):\s+(.*)$/;
const STACK = /^(?:(?:kernel_stack|user_stack):\s+)?<(?:user )?stack trace ?>/;
const ARROW_FRAME = /^\s*=>\s*(.*)$/;
/** A symbol of C++ may hold blanks and parentheses; the file behind it is in parentheses, which may hold some too. */
const PERF_FRAME = /^\s+([0-9a-f]{1,16})(?:\s+([^\s(].*?))?\s+\((?:[^()]|\([^()]*\))*\)$/;
/** Where the file is not printed, a short number may be anything. */
const BARE_PERF_FRAME = /^\s+([0-9a-f]{4,16})(?:\s+([^\s(].*))?$/;
/** What tracers of functions print, without the comment of an event in it. */
const FUNCTION = /^\S+ <-\S+/;
const GRAPH_LINE = /^\s*(?:[\d.]+\s+\|\s*)?(\d+)\)\s.*(?:\||=>)/;
const LOST = /^\s*CPU:(\d+) \[(?:LOST (?:(\d+) )?EVENTS|(?:(\d+) )?EVENTS DROPPED)\]/;
const PERF_LOST = /PERF_RECORD_LOST(?:_SAMPLES)? lost[ =](\d+)/;
const REMARK =
  /^\s*(?:#|version\s*=|cpus\s*=|CPU ?\d+ (?:is empty|data|buffer)|\d+ bytes in size|trace\.dat\b|tracing\b|plugin\b|-{4,})/;

/** What a line of tracefs, `trace-cmd report` or `perf script` is. Nothing is known of the lines around it. */
export function readTraceLine(line: string): TraceLine {
  if (line.includes(':') || line.startsWith('PERF_')) {
    const found = readEvent(line);
    if (found !== undefined) return found;
  }
  const arrow = ARROW_FRAME.exec(line);
  if (arrow !== null) return { kind: 'frame', symbol: frameSymbol(arrow[1] ?? '') };
  const frame = PERF_FRAME.exec(line) ?? BARE_PERF_FRAME.exec(line);
  if (frame !== null) return { kind: 'frame', symbol: perfSymbol(frame[1] ?? '', frame[2]) };
  if (line.trim() === '') return { kind: 'blank' };
  const graph = GRAPH_LINE.exec(line);
  if (graph !== null) return eventLine(null, Number(graph[1]), null, 'function');
  return { kind: REMARK.test(line) ? 'remark' : 'unknown' };
}

/** Lines with a colon: events, and what stands between them. */
function readEvent(line: string): TraceLine | undefined {
  // Before all others: `perf` prints it with the prefix of an event.
  const perfLost = PERF_LOST.exec(line);
  const prefix = PREFIX.exec(line);
  if (perfLost !== null) return { kind: 'lost', cpu: numberOrNull(prefix?.[4]), events: Number(perfLost[1]) };
  if (prefix !== null) return readPrefixed(prefix);
  const bare = BARE.exec(line);
  if (bare !== null) return eventLine(null, null, null, bare[1], bare[2]);
  const graph = GRAPH.exec(line);
  if (graph !== null) {
    const task = graph[4] === undefined ? null : { name: graph[4], pid: Number(graph[5]) };
    return eventLine(task, Number(graph[3]), lineTime(graph[1], graph[2]), graph[6], graph[7]);
  }
  const lost = LOST.exec(line);
  if (lost !== null) return { kind: 'lost', cpu: Number(lost[1]), events: numberOrNull(lost[2] ?? lost[3]) };
  return undefined;
}

function readPrefixed(prefix: RegExpExecArray): TraceLine | undefined {
  const [, name = '', pid, tid, cpuText, whole, fraction, rest = ''] = prefix;
  const cpu = numberOrNull(cpuText);
  // A line of something else, with numbers in it.
  if (cpu === null && fraction === undefined) return undefined;
  if (STACK.test(rest)) return { kind: 'stack', cpu };
  if (FUNCTION.test(rest)) return eventLine(null, cpu, null, 'function');
  const event = EVENT.exec(rest);
  if (event === null) return undefined;
  return eventLine({ name, pid: Number(tid ?? pid) }, cpu, lineTime(whole, fraction), event[1], event[2]);
}

function eventLine(task: Task | null, cpu: number | null, time: LineTime | null, name = '', fields = ''): EventLine {
  return { kind: 'event', task, cpu, time, name, fields };
}

function lineTime(whole: string | undefined, fraction: string | undefined): LineTime | null {
  return whole === undefined ? null : { whole: Number(whole), fraction: fraction ?? null };
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

/** `symbol+0x1/0x2 <address>`, `symbol (address)` or ` <address>`: the symbol with its offset, else the address. */
function frameSymbol(text: string): string {
  const [, symbol = '', address] = /^(.*?)\s*(?:[<(](?:0x)?([0-9a-f]{4,16})[>)]\s*)?$/.exec(text) ?? [];
  if (symbol === '') return address === undefined ? '?' : hexAddress(address);
  return symbol.replace(/(\+0x[0-9a-f]+)\/0x[0-9a-f]+/, '$1');
}

function perfSymbol(address: string, symbol: string | undefined): string {
  const unknown = symbol === undefined || symbol === '[unknown]';
  return unknown ? hexAddress(address) : symbol;
}

/** Without leading zeros, which tracefs prints and perf does not. */
function hexAddress(digits: string): string {
  return `0x${digits.replace(/^0+(?=.)/, '')}`;
}
