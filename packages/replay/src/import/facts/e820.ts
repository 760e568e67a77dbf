import { HEX, closedRange, openRange } from '../lines/hex-range.ts';
import { NOTHING } from './fact.ts';
import type { FactBody, MapName } from './fact.ts';

/** The word before a line of a map says whose it is. Linux writes one, Xen none. */
const MAP_OF_PREFIX: Readonly<Record<string, MapName>> = {
  'bios-e820': 'bios',
  'bios-e801': 'bios',
  'bios-88': 'bios',
  xen: 'guest',
  user: 'changed',
  modified: 'changed',
  'reserve setup_data': 'changed',
};

const PREFIX = `(?:(${Object.keys(MAP_OF_PREFIX).join('|')}):\\s*)?`;
/** `[first, last] (type)` by Xen from 4.14 on, `[mem first-last] type` by Linux from 3.5 on: the last byte included. */
const CLOSED = new RegExp(`^${PREFIX}\\[(?:mem\\s+)?${HEX}\\s*[,-]\\s*${HEX}\\](.*)$`, 'i');
/** `first - end (type)` by both before: the end excluded. */
const OPEN = new RegExp(`^${PREFIX}${HEX} - ${HEX}\\s*(\\(.*)$`, 'i');
const HEADING = /^(?:e820: )?(.*?)(?:physical )?(?:RAM|memory) map:?$/i;

/** Usable memory in the words of every version; all other types are some memory that is not. */
const USABLE = /^(?:usable|system ram)$/i;
const TYPE =
  /(usable|system ram|(?:device |soft |firmware )?reserved|acpi[ -]?(?:data|nvs|tables)|nvs|unusable|persistent(?: ram)?(?: \(type \d+\))?|type \d+|hotplug|kernel data)/i;

/** Maps in e820 notation, in the notations of Xen and Linux, old and new, and the words above them. */
export function readE820(text: string): readonly FactBody[] {
  return readEntry(text) ?? readHeading(text) ?? NOTHING;
}

function readEntry(text: string): readonly FactBody[] | undefined {
  const closed = CLOSED.exec(text);
  const match = closed ?? OPEN.exec(text);
  if (match === null) return undefined;
  const [, prefix, first = '', last = '', rest = ''] = match;
  const type = TYPE.exec(rest)?.[1];
  if (type === undefined) return undefined;
  const map = prefix === undefined ? undefined : MAP_OF_PREFIX[prefix.toLowerCase()];
  return [
    {
      kind: 'e820',
      ...(map === undefined ? {} : { map }),
      ...(closed === null ? openRange(first, last) : closedRange(first, last)),
      usable: USABLE.test(type),
      type,
    },
  ];
}

function readHeading(text: string): readonly FactBody[] | undefined {
  const [title, words = ''] = HEADING.exec(text) ?? [];
  if (title === undefined) return undefined;
  return [{ kind: 'map-heading', map: mapOfTitle(words.trim().toLowerCase()), title: text }];
}

function mapOfTitle(words: string): MapName {
  if (/^(?:dom0|d\d+|guest)/.test(words)) return 'guest';
  if (words === 'bios-provided') return 'bios';
  return /^(?:user-defined|modified|extended|initial)/.test(words) ? 'changed' : 'xen';
}
