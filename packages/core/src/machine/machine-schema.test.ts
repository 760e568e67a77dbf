import { describe, expect, test } from 'vitest';
import { decodeMachine } from './machine-schema.ts';

const whole = {
  arch: 'x86_64',
  frames: 4096,
  ram: [
    [0, 159],
    [256, 4096],
  ],
  nodes: [
    { id: 0, ranges: [[0, 1024]] },
    { id: 2, ranges: [[1024, 4096]] },
  ],
  cpus: [0, 2, 2],
  reserved: [[0, 1]],
};

describe('a machine', () => {
  test('is taken as it is', () => {
    expect(decodeMachine(whole)).toEqual({ ok: true, value: whole });
  });

  test('has one node with all frames, one CPU and nothing reserved unless it says otherwise', () => {
    const { arch, frames, ram } = whole;
    expect(decodeMachine({ arch, frames, ram })).toEqual({
      ok: true,
      value: { arch, frames, ram, nodes: [{ id: 0, ranges: [[0, 4096]] }], cpus: [0], reserved: [] },
    });
    expect(decodeMachine({ arch, frames, ram, nodes: [{ id: 5, ranges: [[0, 4096]] }] })).toMatchObject({
      value: { cpus: [5] },
    });
  });

  test('may have ranges in any order, and empty ones that end before they begin', () => {
    const ram = [
      [2048, 4096],
      [256, 0],
      [0, 159],
    ];
    expect(decodeMachine({ ...whole, ram })).toMatchObject({ ok: true });
  });

  test('carries x- keys along', () => {
    const nodes = [{ id: 0, ranges: [[0, 1]], 'x-name': 'a' }];
    const cpus = [0];
    expect(decodeMachine({ ...whole, nodes, cpus, 'x-board': 1 })).toMatchObject({ value: { nodes, 'x-board': 1 } });
  });

  test.each([
    [{ arch: 'x86' }, 'arch', '"x86"'],
    [{ frames: 0 }, 'frames', '0'],
    [{ frames: 2 ** 40 }, 'frames', '1099511627776'],
    [{ ram: [[0, 4097]] }, 'ram[0]', '[0,4097]'],
    [{ ram: [[0, 1, 2]] }, 'ram[0]', '[0,1,2]'],
    [
      {
        ram: [
          [0, 2],
          [1, 3],
        ],
      },
      'ram',
      '[0,2] and [1,3], which share frames',
    ],
    [{ nodes: [] }, 'nodes', 'an empty list'],
    [
      {
        nodes: [
          { id: 0, ranges: [] },
          { id: 0, ranges: [] },
        ],
        cpus: [],
      },
      'nodes[1].id',
      '0 for the second time',
    ],
    [{ nodes: [{ id: 255, ranges: [] }] }, 'nodes[0].id', '255'],
    [{ nodes: [{ id: 0, ranges: [[0, 9000]] }] }, 'nodes[0].ranges[0]', '[0,9000]'],
    [
      {
        nodes: [
          { id: 0, ranges: [[0, 9]] },
          { id: 2, ranges: [[8, 10]] },
        ],
      },
      'nodes',
      'the ranges [0,9] and [8,10], which share frames',
    ],
    [{ cpus: [0, 1] }, 'cpus[1]', 'node 1'],
    [{ memory: 1 }, 'memory', 'an unknown key, with value 1'],
    [{ nodes: [{ id: 0, range: [] }] }, 'nodes[0].range', 'an unknown key, with value []'],
  ])('%j is told as field and found', (wrong, field, found) => {
    expect(decodeMachine({ ...whole, ...wrong })).toMatchObject({ ok: false, problem: { field, found } });
  });

  test('is an object', () => {
    expect(decodeMachine(null)).toMatchObject({ problem: { field: '', found: 'null', expected: 'an object' } });
  });
});
