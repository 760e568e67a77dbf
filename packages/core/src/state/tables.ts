import type { Platform } from '../machine/platform.ts';
import { SALT } from './counter-digest.ts';
import { dirtyRecords } from './dirty-set.ts';
import { listRecords } from './free-lists.ts';
import type { HeapTables } from './heap-state.ts';

/** The name of a table of records. */
export type TableName = keyof HeapTables;

/** Every table of a state. */
export const TABLE_NAMES: readonly TableName[] = [
  'fine',
  'middle',
  'coarse',
  'lists',
  'dirty0',
  'dirty1',
  'dirty2',
  'dirty3',
];

/** Records that a table can hold on this machine. */
export function tableRecords(name: TableName, platform: Platform): number {
  const { frames } = platform.machine;
  switch (name) {
    case 'fine':
      return frames;
    case 'middle':
      return Math.ceil(frames / 2 ** 9);
    case 'coarse':
      return Math.ceil(frames / 2 ** 18);
    case 'lists':
      return listRecords(platform.nodeLimit, platform.zones);
    case 'dirty0':
      return dirtyRecords(0, frames);
    case 'dirty1':
      return dirtyRecords(1, frames);
    case 'dirty2':
      return dirtyRecords(2, frames);
    case 'dirty3':
      return dirtyRecords(3, frames);
  }
}

/** What keeps a table apart from the others in the digest. */
export function tableSalt(name: TableName): number {
  switch (name) {
    case 'fine':
      return SALT.fine;
    case 'middle':
      return SALT.middle;
    case 'coarse':
      return SALT.coarse;
    case 'lists':
      return SALT.lists;
    case 'dirty0':
    case 'dirty1':
    case 'dirty2':
    case 'dirty3':
      return SALT.dirty + Number(name.slice(5));
  }
}
