import { NO_STACK, isPageEvent, readPageFields } from './page-event.ts';
import type { PageEvent } from './page-event.ts';
import type { FtraceTally } from './tally.ts';
import { readTraceLine } from './trace-line.ts';
import type { EventLine, LineTime, Task } from './trace-line.ts';

/** One more than the greatest CPU number that a trace can hold. */
const CPU_LIMIT = 65_536;
const SECOND = 1e9;
/** Nanoseconds between two events of a recording, 52 days: the sum of two such is still a safe integer. */
const LONGEST = 2 ** 52;

/** Frames of a stack that are kept. */
const MOST_FRAMES = 64;
/** Different flags that are kept; there are some dozen. */
const MOST_TEXTS = 4096;

/** Puts the lines of a recording together to events: each with its stack, which stands behind it. */
export class PageEventReader {
  private readonly tally: FtraceTally;
  private readonly emit: (event: PageEvent) => void;
  /** The event of each CPU that a stack would be of; null: an event that is not wanted. */
  private readonly latest = new Map<number | null, PageEvent | null>();
  /** Whose frames come now; null: of no event that is wanted. */
  private open: PageEvent | null = null;
  /** The stack of {@link open}, once it has a frame. */
  private frames: string[] | null = null;
  /** By pid, the name that it had last. Events refer to these: a text taken from a line keeps its surroundings in memory. */
  private readonly tasks = new Map<number, Task>();
  private readonly texts = new Map<string, string>();
  /** Full seconds from which all times are counted: a time since 1970 in nanoseconds is no safe integer. */
  private base: number | null = null;
  /** Of the latest event so far: what has no time of its own comes behind it. */
  private place = 0;

  /** `emit` gets the events in the order of their lines. A stack may still grow until the next line of its CPU. */
  constructor(tally: FtraceTally, emit: (event: PageEvent) => void) {
    this.tally = tally;
    this.emit = emit;
  }

  /** Takes the next line. */
  push(text: string): void {
    const number = ++this.tally.lines;
    const line = readTraceLine(text);
    switch (line.kind) {
      case 'event':
        this.event(line, number);
        return;
      case 'frame':
        // Without an event before it, it is the rest of one that the recording does not begin with.
        this.frame(line.symbol);
        return;
      case 'stack':
        this.expectFrames(this.latest.get(line.cpu) ?? null);
        return;
      case 'blank':
        this.expectFrames(null);
        return;
      case 'lost':
        this.tally.gaps++;
        this.tally.lost += line.events ?? 0;
        this.expectFrames(null);
        this.emit(this.gap(line.cpu, line.events));
        return;
      case 'remark':
        return;
      case 'unknown':
        this.expectFrames(null);
        this.tally.damage(number, `not understood: ${text.trim().slice(0, 120)}`);
    }
  }

  private event(line: EventLine, number: number): void {
    const { name, cpu } = line;
    this.expectFrames(null);
    this.latest.set(cpu, null);
    if (!isPageEvent(name)) {
      this.tally.ignore(name);
      return;
    }
    if (cpu !== null && cpu >= CPU_LIMIT) {
      this.tally.damage(number, `${name} on CPU ${cpu}: expected one below ${CPU_LIMIT}`);
      return;
    }
    const fields = readPageFields(line);
    if (typeof fields === 'string') {
      this.tally.damage(number, fields);
      return;
    }
    const { at, place } = this.timeOf(line.time);
    if (Math.abs(place) > LONGEST) {
      this.tally.damage(number, `${name} at ${line.time?.whole} s, far away from the first event`);
      return;
    }
    this.tally.events++;
    this.place = Math.max(this.place, place);
    const { kind, pfn, order, gfp, migratetype } = fields;
    const task = line.task === null ? null : this.known(line.task);
    // Field by field: this is done a million times, and a spread costs more than all the rest of it.
    const event: PageEvent = {
      kind,
      task,
      cpu,
      at,
      place,
      stack: NO_STACK,
      pfn,
      order,
      gfp: this.kept(gfp),
      migratetype,
      lost: null,
    };
    this.latest.set(cpu, event);
    this.expectFrames(event);
    this.emit(event);
  }

  /** Frames that come now are of this event. */
  private expectFrames(event: PageEvent | null): void {
    this.open = event;
    this.frames = null;
  }

  private frame(symbol: string): void {
    const { open } = this;
    if (open === null || open.stack.length >= MOST_FRAMES) return;
    if (this.frames === null) {
      this.frames = [...open.stack];
      open.stack = this.frames;
    }
    this.frames.push(symbol);
  }

  private known(task: Task): Task {
    const known = this.tasks.get(task.pid);
    if (known?.name === task.name) return known;
    this.tasks.set(task.pid, task);
    return task;
  }

  private kept(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size < MOST_TEXTS) this.texts.set(text, text);
    return text;
  }

  private timeOf(time: LineTime | null): Pick<PageEvent, 'at' | 'place'> {
    if (time === null) return { at: null, place: this.place };
    this.base ??= time.whole;
    const whole = time.whole - this.base;
    const place = time.fraction === null ? whole : whole * SECOND + Number(time.fraction.padEnd(9, '0'));
    return { at: time.fraction === null ? null : place, place };
  }

  private gap(cpu: number | null, lost: number | null): PageEvent {
    const { place } = this;
    const nothing = { task: null, at: null, stack: NO_STACK, pfn: null, order: 0, gfp: '', migratetype: null };
    return { kind: 'lost', ...nothing, cpu: cpu === null || cpu < CPU_LIMIT ? cpu : null, place, lost };
  }
}
