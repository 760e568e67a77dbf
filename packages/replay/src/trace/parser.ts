import type { FieldProblem } from '@heaplay/core';
import type { RecordBatch } from './batch.ts';
import { checkRecord } from './check-record.ts';
import { decodeRecord, isFooter } from './decode-record.ts';
import { TraceError } from './errors.ts';
import { FooterCheck } from './footer-check.ts';
import type { Sha256 } from './hash.ts';
import { type DecodedHeader, type TraceHeader, decodeHeader } from './header.ts';
import { DEFAULT_LINE_LIMIT, LineSplitter, decodeLines, isBlank } from './lines.ts';
import { NO_HEADER, endlessLine, missingHeader, notJson, notText } from './line-problem.ts';
import type { TraceFooter, TraceRecord } from './trace-record.ts';

/** How many records make a batch, unless told otherwise. */
export const DEFAULT_BATCH_SIZE = 1024;

/** What comes out of the bytes of a trace, in this order: the header, then the records. */
export type ParsedPart =
  | { readonly part: 'header'; readonly header: TraceHeader }
  | { readonly part: 'batch'; readonly batch: RecordBatch };

/** How a trace is to be parsed. */
export interface ParserOptions {
  /** What messages call the trace. */
  readonly name: string;
  readonly sha256: Sha256;
  /** Records of a batch. */
  readonly batchSize?: number;
  /** Most bytes of a line. */
  readonly lineLimit?: number;
}

/** Makes records of the unpacked bytes of a trace. What comes before an error is given first, then {@link TraceError} is thrown. */
export class TraceParser {
  private readonly name: string;
  private readonly batchSize: number;
  private readonly splitter: LineSplitter;
  private readonly footerCheck: FooterCheck;
  private opened: DecodedHeader | undefined;
  private batch: TraceRecord[] = [];
  private line = 0;
  private count = 0;
  private byteCount = 0;
  private bug: string | undefined;
  private footer: TraceFooter | undefined;
  private footerLine = 0;

  constructor(options: ParserOptions) {
    this.name = options.name;
    this.batchSize = options.batchSize ?? DEFAULT_BATCH_SIZE;
    this.splitter = new LineSplitter(options.lineLimit ?? DEFAULT_LINE_LIMIT);
    this.footerCheck = new FooterCheck(options.sha256());
  }

  /** Records so far. */
  get records(): number {
    return this.count;
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.byteCount;
  }

  /** Takes further bytes. */
  *push(bytes: Uint8Array): Generator<ParsedPart> {
    this.byteCount += bytes.length;
    yield* this.parse(this.splitter.push(bytes));
    if (this.splitter.tooLong) {
      yield* this.flush();
      this.line += 1;
      throw this.fault(endlessLine(this.splitter.limit));
    }
  }

  /**
   * There is nothing more; `cut`: for the compressed stream broke off. Returns how many bytes behind the last line end
   * are of no use. A last line without an end counts if it is whole.
   */
  *end(cut: boolean): Generator<ParsedPart, number> {
    const rest = this.splitter.rest();
    const text = decodeLines(rest);
    const whole = !text.broken && text.lines.every(isJson);
    if (whole) yield* this.parse(rest);
    if (this.opened === undefined) throw this.fault(missingHeader(this.byteCount, rest, cut));
    yield* this.flush();
    return whole ? 0 : rest.length;
  }

  /** Checks the footer, if there is one. Throws {@link TraceError}. To be asked at the end. */
  checkFooter(): 'verified' | 'missing' {
    if (this.footer === undefined) return 'missing';
    const problem = this.footerCheck.problem(this.footer, this.count);
    if (problem === undefined) return 'verified';
    throw new TraceError({ trace: this.name, line: this.footerLine, record: null }, problem);
  }

  /** The record that comes next: 0, the header, before there is one. */
  get next(): number {
    return this.opened === undefined ? 0 : this.count + 1;
  }

  /** The records that no batch was made of yet. */
  *flush(): Generator<ParsedPart> {
    const records = this.batch;
    if (records.length === 0) return;
    this.batch = [];
    yield { part: 'batch', batch: { first: this.count - records.length + 1, records } };
  }

  private *parse(bytes: Uint8Array): Generator<ParsedPart> {
    const { lines, broken } = decodeLines(bytes);
    let at = 0;
    for (; at < lines.length && this.opened === undefined; at++) {
      const line = lines[at] as string;
      this.line += 1;
      const text = this.line === 1 && line.startsWith('\uFEFF') ? line.slice(1) : line;
      if (!isBlank(text)) yield { part: 'header', header: this.openHeader(text) };
    }
    if (this.opened !== undefined && at < lines.length) yield* this.parseRecords(lines.slice(at), this.opened);
    if (broken) {
      this.line += 1;
      yield* this.flush();
      throw this.fault(notText(bytes));
    }
    this.footerCheck.push(bytes);
  }

  private *parseRecords(lines: readonly string[], opened: DecodedHeader): Generator<ParsedPart> {
    const values = parseTogether(lines);
    for (let at = 0; at < lines.length; at++) {
      this.line += 1;
      const text = lines[at] as string;
      let problem: FieldProblem | undefined;
      if (values !== undefined) problem = this.take(values[at * 2], opened);
      else if (!isBlank(text)) problem = this.takeText(text, opened);
      if (problem !== undefined) {
        yield* this.flush();
        throw this.fault(problem);
      }
      if (this.batch.length >= this.batchSize) yield* this.flush();
    }
  }

  private openHeader(text: string): TraceHeader {
    const json = parseJson(text);
    if (!json.ok) throw this.fault({ ...json.problem, ...NO_HEADER });
    const read = decodeHeader(json.value);
    if (!read.ok) throw this.fault(read.problem);
    this.opened = read.value;
    return read.value.header;
  }

  private takeText(text: string, opened: DecodedHeader): FieldProblem | undefined {
    const json = parseJson(text);
    return json.ok ? this.take(json.value, opened) : json.problem;
  }

  private take(value: unknown, { header, upcasts }: DecodedHeader): FieldProblem | undefined {
    const read = decodeRecord(value, upcasts);
    if (!read.ok) return read.problem;
    const record = read.value;
    const late = this.problemOfPlace(record);
    if (late !== undefined) return late;
    if (isFooter(record)) {
      this.footer = record;
      this.footerLine = this.line;
      return undefined;
    }
    const problem = checkRecord(record, header.machine, header.heap);
    if (problem !== undefined) return problem;
    this.bug = record.bug;
    this.count += 1;
    this.batch.push(record);
    return undefined;
  }

  /** The footer is the last line, and nothing happens after Xen has stopped. */
  private problemOfPlace(record: TraceRecord | TraceFooter): FieldProblem | undefined {
    if (this.footer !== undefined) {
      return {
        field: '',
        found: `a "${record.type}" behind the footer (line ${this.footerLine})`,
        expected: 'nothing behind the footer',
        hint: 'take the footer out if the lines behind it belong to the trace, else take them out',
      };
    }
    if (this.bug === undefined || isFooter(record)) return undefined;
    return {
      field: '',
      found: `a "${record.type}" behind record ${this.count}, at which Xen stopped ("bug":"${this.bug}")`,
      expected: 'nothing more: the record with a "bug" is the last one',
    };
  }

  private fault(problem: FieldProblem): TraceError {
    return new TraceError({ trace: this.name, line: Math.max(1, this.line), record: this.next }, problem);
  }
}

type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: FieldProblem };

function parseJson(text: string): Json {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, problem: notJson(text, error) };
  }
}

/**
 * The values of lines, each with a zero behind it but the last; undefined unless every line is one value of its own.
 * To parse them in one go takes half the time of one by one.
 */
function parseTogether(lines: readonly string[]): readonly unknown[] | undefined {
  try {
    const values: unknown = JSON.parse(`[${lines.join(',0,')}]`);
    // A line that opens what the next one closes would swallow the zero between them.
    if (!Array.isArray(values) || values.length !== lines.length * 2 - 1) return undefined;
    for (let at = 1; at < values.length; at += 2) if (values[at] !== 0) return undefined;
    return values;
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  return isBlank(text) || parseJson(text).ok;
}
