import { TraceError } from '../../trace/errors.ts';

/** So much of a file tells whether it is text. */
const LOOKED_AT = 65_536;

/** Refuses what holds no text. Throws {@link TraceError}. */
export function checkText(text: string, name: string): void {
  if (text.trim() === '') {
    throw new TraceError(
      { trace: name, line: null, record: null },
      {
        field: '',
        found: 'an empty file',
        expected: 'a boot log, a memory map or a device tree, as text',
        hint: 'give the output of `xl dmesg`, of `dmesg`, of `cat /proc/iomem`, or a device-tree source',
      },
    );
  }
  const start = text.slice(0, LOOKED_AT);
  const odd = countOdd(start);
  // Serial lines drop a byte now and then; a hundredth of them is no text any more.
  if (odd * 100 <= start.length) return;
  const isBlob = start.startsWith('\uFFFD\r\uFFFD\uFFFD');
  throw new TraceError(
    { trace: name, line: null, record: null },
    {
      field: '',
      found: isBlob ? 'a device-tree blob, which is binary' : 'a binary file',
      expected: 'a boot log, a memory map or a device tree, as text',
      hint: isBlob
        ? 'turn it into source first: dtc -I dtb -O dts FILE'
        : 'give the text itself; a device-tree blob becomes text by: dtc -I dtb -O dts FILE',
    },
  );
}

/** Characters that no text has: what is no UTF-8, and control characters except the ones of lines and terminals. */
function countOdd(text: string): number {
  let odd = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd || code < 7 || (code > 13 && code < 27)) odd++;
  }
  return odd;
}
