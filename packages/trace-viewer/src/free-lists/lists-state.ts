import type { Signal } from '@preact/signals';
import { locationField } from '../state/location.ts';
import type { Codec } from '../state/location.ts';

/** A free list. */
export interface ListName {
  readonly node: number;
  readonly zone: number;
  readonly order: number;
}

const listName: Codec<ListName | null> = {
  parse: (text) => {
    const [node, zone, order] = /^(\d{1,3})\.(\d{1,2})\.(\d{1,2})$/.exec(text)?.slice(1).map(Number) ?? [];
    return node === undefined || zone === undefined || order === undefined ? undefined : { node, zone, order };
  },
  format: (value) => (value === null ? '' : `${value.node}.${value.zone}.${value.order}`),
};

/** The list whose blocks are shown. */
export const openList: Signal<ListName | null> = locationField<ListName | null>('list', null, listName);
