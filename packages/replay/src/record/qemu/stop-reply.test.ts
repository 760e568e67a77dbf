import { expect, test } from 'vitest';
import { parseStopReply } from './stop-reply.ts';

test('why a machine has stopped, on which CPU, or that it is gone', () => {
  expect(parseStopReply('T05thread:01;')).toEqual({ kind: 'stopped', signal: 5, thread: '01' });
  expect(parseStopReply('T05hwbreak:;thread:0a;')).toEqual({ kind: 'stopped', signal: 5, thread: '0a' });
  expect(parseStopReply('S02')).toEqual({ kind: 'stopped', signal: 2, thread: undefined });
  expect(parseStopReply('W00')).toEqual({ kind: 'exited', status: 'status 0' });
  expect(parseStopReply('X09')).toEqual({ kind: 'exited', status: 'signal 9' });
  expect(parseStopReply('OK')).toBeUndefined();
  expect(parseStopReply('')).toBeUndefined();
});
