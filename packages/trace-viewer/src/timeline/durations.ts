/** Units, and from how many nanoseconds on each is used: 90 s are not 1.5 min. */
const UNITS = [
  { name: 'ns', size: 1, from: 1 },
  { name: 'µs', size: 1e3, from: 1e3 },
  { name: 'ms', size: 1e6, from: 1e6 },
  { name: 's', size: 1e9, from: 1e9 },
  { name: 'min', size: 60e9, from: 1200e9 },
  { name: 'h', size: 3600e9, from: 36_000e9 },
  { name: 'd', size: 86_400e9, from: 432_000e9 },
] as const;

/** A time in nanoseconds in the unit that suits it, told as exactly as `step` (ns) needs. */
export function duration(ns: number, step: number = ns / 1000): string {
  const unit = UNITS.findLast(({ from }) => from <= ns) ?? UNITS[0];
  const digits = Math.min(9, Math.max(0, Math.ceil(Math.log10(unit.size / Math.max(step, 1)) - 1e-9)));
  return `${(ns / unit.size).toFixed(ns === 0 ? 0 : digits)} ${unit.name}`;
}

/** The nanoseconds of a time as people write it: `1.5 s`, `20ms`, `3min`; undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  const [, number, name] = /^\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-zµμ]+)\s*$/i.exec(text) ?? [];
  if (number === undefined || name === undefined) return undefined;
  const known = name.toLowerCase().replace('μ', 'µ').replace(/^us$/, 'µs').replace(/^m$/, 'min');
  const unit = UNITS.find((one) => one.name === known);
  return unit === undefined ? undefined : Number(number) * unit.size;
}
