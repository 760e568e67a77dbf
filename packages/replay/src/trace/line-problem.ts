import { type FieldProblem, describeValue } from '@heaplay/core';

/** Formats that somebody may take for a trace, by their first bytes. */
const OTHER_FORMATS: readonly (readonly [name: string, first: readonly number[]])[] = [
  ['an xz file', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['a bzip2 file', [0x42, 0x5a, 0x68]],
  ['a zip archive', [0x50, 0x4b, 0x03, 0x04]],
  ['an LZ4 file', [0x04, 0x22, 0x4d, 0x18]],
];

const A_TRACE = 'a trace: lines of JSON in UTF-8, plain or compressed with gzip or zstd';

/** What was expected of a first line that is no JSON, and what to do. */
export const NO_HEADER: Pick<FieldProblem, 'expected' | 'hint'> = {
  expected: 'the header of a trace: a JSON object on the first line',
  hint: 'give a trace (*.heaplay.jsonl): a JSON object on each line, the header first',
};

/** A line is no JSON. */
export function notJson(text: string, error: unknown): FieldProblem {
  const why = error instanceof Error ? error.message : String(error);
  return {
    field: '',
    found: `text that is no JSON: ${describeValue(text)}`,
    expected: 'one JSON object on the line',
    hint: `correct the line (the JSON parser says: ${describeValue(why)})`,
  };
}

/** A line is no UTF-8. `bytes`: the line, or some lines with it. */
export function notText(bytes: Uint8Array): FieldProblem {
  const other = OTHER_FORMATS.find(([, first]) => first.every((byte, i) => bytes[i] === byte));
  if (other !== undefined) {
    return { field: '', found: other[0], expected: A_TRACE, hint: 'unpack it first' };
  }
  return {
    field: '',
    found: 'bytes that are no UTF-8 text',
    expected: A_TRACE,
    hint: 'see whether the file is a trace, and was not damaged on the way',
  };
}

/** A line does not end within its limit. */
export function endlessLine(limit: number): FieldProblem {
  return {
    field: '',
    found: `a line of more than ${limit} bytes`,
    expected: 'one record on each line',
    hint: 'see whether the file is a trace; if the line is meant, raise the limit of the reader',
  };
}

/** A trace ended before its header. `rest`: the bytes behind the last line end; `cut`: its compressed stream broke off. */
export function missingHeader(bytes: number, rest: Uint8Array, cut: boolean): FieldProblem {
  const expected = 'a header on the first line';
  if (cut) {
    const found = 'a compressed stream that breaks off before the end of the first line';
    return { field: '', found, expected, hint: 'the file was cut short: fetch the original again' };
  }
  const hint = 'give a trace (*.heaplay.jsonl), or record it anew';
  if (bytes === 0) return { field: '', found: 'nothing: the trace is empty', expected, hint };
  if (rest.length === 0) return { field: '', found: 'only blank lines', expected, hint };
  const other = notText(rest);
  const text = new TextDecoder().decode(rest.subarray(0, 64));
  if (text.includes('\uFFFD')) return other;
  return { field: '', found: `${describeValue(text)}, which is no whole line of JSON`, expected, hint };
}
