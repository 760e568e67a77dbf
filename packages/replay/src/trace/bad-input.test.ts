import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { HEADER, RECORDS, readAll, told, traceOf } from '../../test/sample-trace.ts';

const [A, B, C] = [RECORDS[0] ?? '', RECORDS[1] ?? '', RECORDS[2] ?? ''];

/** Reads a trace whose third record is `line`; the two before it are good. */
async function thirdRecord(line: string): Promise<ReturnType<typeof told>> {
  const { records, error, end } = await readAll(traceOf(A, B, line, C));
  expect(records.length).toBe(2);
  expect(end).toBe(null);
  expect(error?.message).toMatch(/^a\.heaplay\.jsonl: record 3, line 4.*: found .*; expected .*\. Next: ./);
  return told(error);
}

describe('a bad record: those before it are delivered, and the error says where, what, and what to do', () => {
  test('text that is no JSON', async () => {
    expect(await thirdRecord('{"type":"free_dom')).toMatchObject({
      line: 4,
      record: 3,
      found: 'text that is no JSON: "{\\"type\\":\\"free_dom"',
      expected: 'one JSON object on the line',
    });
    expect(await thirdRecord('nothing')).toMatchObject({ found: 'text that is no JSON: "nothing"' });
  });

  test('JSON that is no object', async () => {
    expect(await thirdRecord('[1,2]')).toMatchObject({
      found: '[1,2]',
      expected: 'a record: a JSON object with a "type"',
    });
    expect(await thirdRecord('null')).toMatchObject({ found: 'null' });
    expect(await thirdRecord('3')).toMatchObject({ found: '3' });
  });

  test('no type, or an unknown one', async () => {
    expect(await thirdRecord('{"mfn":1}')).toMatchObject({ field: 'type', found: 'nothing' });
    expect(await thirdRecord('{"type":"alloc_domheap_page","order":1}')).toMatchObject({
      field: 'type',
      found: '"alloc_domheap_page"',
      hint: 'did you mean "alloc_domheap_pages"?',
    });
    expect(await thirdRecord('{"type":"toString"}')).toMatchObject({ field: 'type', found: '"toString"' });
    expect(await thirdRecord('{"type":7}')).toMatchObject({ field: 'type', found: '7' });
  });

  test('an unknown key', async () => {
    expect(await thirdRecord('{"type":"free_domheap_pages","mfn":1,"ordre":0}')).toMatchObject({
      field: 'ordre',
      hint: 'did you mean "order"?',
    });
    expect(await thirdRecord('{"type":"free_domheap_pages","mfn":1,"order":0,"__proto__":1}')).toMatchObject({
      field: '__proto__',
    });
  });

  test('a value of the wrong type, or out of range', async () => {
    expect(await thirdRecord('{"type":"free_domheap_pages","mfn":"1","order":0}')).toMatchObject({
      field: 'mfn',
      found: '"1"',
    });
    expect(await thirdRecord('{"type":"free_domheap_pages","mfn":9007199254740992,"order":0}')).toMatchObject({
      field: 'mfn',
      found: '9007199254740992',
    });
    expect(await thirdRecord('{"type":"alloc_domheap_pages","order":1,"at":9007199254740992}')).toMatchObject({
      field: 'at',
    });
    expect(await thirdRecord('{"type":"alloc_domheap_pages","order":64}')).toMatchObject({
      field: 'order',
      found: '64',
    });
  });

  test('an MFN behind the frame table, where the pages come back or get an owner', async () => {
    const expected = 'an MFN below 4096 (machine.frames), where the frame table ends';
    for (const record of [
      '{"type":"free_domheap_pages","mfn":4096,"order":0}',
      '{"type":"free_xenheap_pages","mfn":4096,"order":0}',
      '{"type":"free_heap_pages","mfn":4096,"order":0,"dirty":false}',
      '{"type":"assign_pages","domain":1,"mfn":4096,"order":0}',
    ]) {
      expect(await thirdRecord(record)).toMatchObject({ field: 'mfn', found: '4096', expected });
    }
  });

  test('an order above the greatest, where the pages come back or get an owner', async () => {
    const expected = 'an order from 0 to 10 (heap.maxOrder): the heap holds no larger block';
    expect(await thirdRecord('{"type":"free_domheap_pages","mfn":0,"order":11}')).toMatchObject({
      field: 'order',
      found: '11',
      expected,
    });
    expect(await thirdRecord('{"type":"assign_pages","domain":1,"mfn":0,"order":11}')).toMatchObject({
      field: 'order',
      expected,
    });
  });

  test('a second header', async () => {
    expect(await thirdRecord(HEADER)).toMatchObject({ field: 'heaplay', found: 'a second header' });
  });

  test('bytes that are no UTF-8', async () => {
    const bytes = new TextEncoder().encode(traceOf(A, B, '{"type":"free_domheap_pages","x-a":"?"}', C));
    bytes[bytes.indexOf(63)] = 0xff;
    const { records, error } = await readAll(bytes);
    expect(records.length).toBe(2);
    expect(told(error)).toMatchObject({ line: 4, record: 3, found: 'bytes that are no UTF-8 text' });
  });

  test('NUL bytes', async () => {
    expect(await thirdRecord('\0\0\0')).toMatchObject({ found: 'text that is no JSON: "\\u0000\\u0000\\u0000"' });
  });

  test('a line that is longer than the reader puts up with', async () => {
    const { records, error } = await readAll(traceOf(A, `{"type":"${'a'.repeat(300)}`), { lineLimit: 250 });
    expect([records.length, error]).toEqual([1, expect.anything()]);
    const endless = await readAll(`${traceOf(A)}${'a'.repeat(300)}`, { lineLimit: 250 });
    expect(endless.records.length).toBe(1);
    expect(told(endless.error)).toMatchObject({ line: 3, record: 2, found: 'a line of more than 250 bytes' });
  });

  test('a record behind the one at which Xen stopped', async () => {
    const { records, error } = await readAll(
      traceOf(A, '{"type":"free_domheap_pages","mfn":1,"order":0,"bug":"BUG"}', C),
    );
    expect(records.length).toBe(2);
    expect(told(error)).toMatchObject({
      record: 3,
      found: 'a "free_domheap_pages" behind record 2, at which Xen stopped ("bug":"BUG")',
    });
  });

  test('a record behind the footer', async () => {
    const footer = `{"type":"end","records":1,"sha256":"${'0'.repeat(64)}"}`;
    const { records, error } = await readAll(traceOf(A, footer, B));
    expect(records.length).toBe(1);
    expect(told(error)).toMatchObject({ line: 4, found: 'a "alloc_domheap_pages" behind the footer (line 3)' });
  });
});

describe('legal, although it looks wrong', () => {
  test.each([
    ['a request above the greatest order', '{"type":"alloc_domheap_pages","order":20,"result":null}'],
    ['a request on a node that does not exist', '{"type":"alloc_xenheap_pages","order":0,"node":62}'],
    ['to take a frame offline that is not there', '{"type":"offline_page","mfn":2147483647,"broken":false}'],
    ['to map a frame that is not there', '{"type":"map_domain_page","mfn":5000}'],
    ['a key twice: the last counts', '{"type":"alloc_domheap_pages","order":1,"order":2}'],
    ['x- keys', '{"type":"domain_kill","domain":1,"x-note":{"a":[null]}}'],
    ['a call of a CPU that the machine does not have', '{"type":"domain_kill","domain":1,"cpu":9}'],
  ])('%s', async (_, line) => {
    const { records, error } = await readAll(traceOf(line));
    expect([records.length, error]).toEqual([1, null]);
  });

  test('blank lines, CRLF and a byte order mark', async () => {
    const { records, error } = await readAll(`\uFEFF${HEADER}\r\n\r\n  \n${A}\r\n${B}\r\n\r\n`);
    expect([records.length, error]).toEqual([2, null]);
    const wrong = await readAll(`${HEADER}\r\n\r\n${A}\r\n{"type":1}\r\n`);
    expect(told(wrong.error)).toMatchObject({ line: 4, record: 2 });
  });
});

describe('no trace at all', () => {
  test.each([
    ['an empty file', '', 'nothing: the trace is empty'],
    ['a file of blank lines', '\n\r\n  \n', 'only blank lines'],
    ['records without a header', `${A}\n${B}\n`, `no "heaplay" in ${JSON.stringify(JSON.parse(A)).slice(0, 60)}…`],
    ['a JSON list', '[]\n', '[]'],
    ['a text', 'Xen version 4.17\n(XEN) a\n', 'text that is no JSON: "Xen version 4.17"'],
    [
      'a header that was cut',
      HEADER.slice(0, 99),
      `${JSON.stringify(HEADER).slice(0, 60)}…, which is no whole line of JSON`,
    ],
  ])('%s', async (_, bytes, found) => {
    const { records, error } = await readAll(bytes);
    expect(records).toEqual([]);
    expect(told(error)).toMatchObject({ record: 0, found });
    expect(error?.hint).not.toBe('');
  });

  test('a binary file', async () => {
    const { error } = await readAll(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0, 10, 1]));
    expect(told(error)).toMatchObject({ record: 0, line: 1, found: 'bytes that are no UTF-8 text' });
  });

  test('a file that another program compressed', async () => {
    const { error } = await readAll(new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4, 0xe6, 10]));
    expect(told(error)).toMatchObject({ found: 'an xz file', hint: 'unpack it first' });
  });

  test('a compressed stream that breaks off before the header ends', async () => {
    const { error } = await readAll(gzipSync(traceOf(A)).subarray(0, 30));
    expect(told(error)).toMatchObject({ record: 0, found: expect.stringContaining('breaks off') });
  });
});
