const LABEL_EVERY = 8;

/** A number as a row of its bits, the highest first, each as a character that says what it is for; above it a ruler. */
export function bitPicture(name: string, width: number, characterOf: (bit: number) => string): string {
  const bits = Array.from({ length: width }, (_, at) => width - 1 - at);
  const margin = Math.max(name.length, 3) + 2;
  const ruler = [...' '.repeat(margin + width)];
  for (const bit of bits.filter((one) => one % LABEL_EVERY === 0)) {
    const label = String(bit);
    // A label ends above its bit.
    ruler.splice(margin + width - bit - label.length, label.length, ...label);
  }
  ruler.splice(0, 3, ...'bit');
  return `${ruler.join('')}\n${name.padEnd(margin)}${bits.map(characterOf).join('')}\n`;
}
