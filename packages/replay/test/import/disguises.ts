/** Picks a whole number below a limit. */
export type Pick = (limit: number) => number;

/** Whole numbers from a seed, the same ones everywhere (a linear congruence, its upper bits). */
export function picks(seed: number): Pick {
  let state = (seed * 2_654_435_761) >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function oneOf<T>(pick: Pick, values: readonly T[]): T {
  return values[pick(values.length)] as T;
}

const XEN = '(XEN) ';

/** Lines of others that run through the same console. None of them is the hypervisor's. */
const NOISE = [
  '[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x0000000fffffffff] usable',
  '[    0.000000] Linux version 6.1.0-50-amd64 (x@y) (gcc-12) #1 SMP',
  '[    0.526765] Faking a node at [mem 0x0000000000000000-0x0000000077159fff]',
  '[    0.000000] SRAT: Node 7 PXM 7 [mem 0x00000000-0x7fffffff]',
  '[    1.345724] Remapped 0 page(s)',
  '(d1) RAM: 0000000000000000 - 00000000ffffffff',
  'login: ',
  'Welcome to Debian GNU/Linux = 3 > 2 & more',
  '',
  '\u0007',
];

/** How a time may be written before a line. `clock`: what it counts. */
const TIMES: readonly ((clock: number) => string)[] = [
  (clock) => `[${(clock / 1000).toFixed(6).padStart(12)}] `,
  (clock) => `[2024-06-24 10:11:${String(clock % 60).padStart(2, '0')}] `,
  (clock) => `[2024-06-24 10:11:12.${String(clock % 1000).padStart(3, '0')}] `,
  (clock) => `[${(clock * 4096).toString(16).padStart(16, '0')}] `,
];

/** What collectors put before a whole line, the hypervisor's own prefix included. */
const COLLECTORS: readonly ((clock: number) => string)[] = [
  (clock) => `Jun 24 10:11:${String(clock % 60).padStart(2, '0')} host xenconsoled[812]: `,
  (clock) => `2024-06-24T10:11:12.${String(clock % 1000).padStart(3, '0')}Z 01O `,
  (clock) => `[2024-06-24T10:11:12.${String(clock % 1000).padStart(3, '0')}+0200] `,
  () => '10:11:12.345 ',
  () => '\t',
];

/** A way to spoil a log whose lines are the hypervisor's, without changing what it says. */
type Disguise = (lines: readonly string[], pick: Pick) => readonly string[];

const DISGUISES: readonly Disguise[] = [
  (lines, pick) => lines.flatMap((line) => [...Array.from({ length: pick(3) }, () => oneOf(pick, NOISE)), line]),
  // Another console has not ended its line yet.
  (lines, pick) => lines.map((line) => (line.startsWith(XEN) && pick(8) === 0 ? `[    2.5] half a l${line}` : line)),
  (lines, pick) => {
    const time = oneOf(pick, TIMES);
    return lines.map((line, at) => (line.startsWith(XEN) ? XEN + time(at) + line.slice(XEN.length) : line));
  },
  (lines, pick) => {
    const collector = oneOf(pick, COLLECTORS);
    return lines.map((line, at) => collector(at) + line);
  },
  (lines, pick) => lines.map((line) => (pick(2) === 0 ? `\u001B[0;3${pick(8)}m${line}\u001B[0m` : line)),
];

/** What a mail or an archive does to it, in this order. */
const TRANSPORTS: readonly Disguise[] = [
  (lines, pick) => {
    const prefix = oneOf(pick, ['> ', '>> ', '> > ', '>']);
    return lines.map((line) => prefix + line);
  },
  (lines) => lines.flatMap(quotedPrintable),
  (lines) => lines.map((line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')),
  (lines, pick) => {
    const end = oneOf(pick, ['\r', '\r\r', ' ', '']);
    return lines.map((line) => line + end);
  },
];

/** A line in quoted-printable: escapes, a blank at its end kept, folded at 76 characters (RFC 2045, 6.7). */
function quotedPrintable(line: string): readonly string[] {
  let rest = line.replaceAll('=', '=3D').replace(/ $/, '=20');
  const folded: string[] = [];
  while (rest.length > 76) {
    // Not within an escape.
    const tail = rest.slice(72, 75);
    const at = tail[1] === '=' ? 73 : tail[2] === '=' ? 74 : tail[0] === '=' ? 72 : 75;
    folded.push(`${rest.slice(0, at)}=`);
    rest = rest.slice(at);
  }
  return [...folded, rest];
}

/** A log in some disguise, which depends on the seed. Every line becomes the hypervisor's. */
export function disguised(text: string, seed: number): string {
  const pick = picks(seed);
  let lines: readonly string[] = text
    .split('\n')
    .map((line) => line.replace(/\r+$/, ''))
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => (line.trimStart().startsWith(XEN.trim()) ? line.trimStart() : `${XEN}${line}`));
  for (const disguise of [...DISGUISES, ...TRANSPORTS]) if (pick(2) === 0) lines = disguise(lines, pick);
  return lines.join('\n');
}
