// The main job on a real recording: is the model exact, and what would this boot have done under another layout?
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const boot = join('corpus', 'recordings', 'x86-2g.4.17.heaplay.jsonl');

/** Runs a command as a person would, shows it, and takes the exit codes that are an answer: 0 yes, 1 no. */
function heaplay(...args) {
  console.log(`\n$ heaplay ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [join('packages', 'replay', 'bin', 'heaplay.js'), ...args], {
    cwd: top,
    stdio: 'inherit',
  });
  if (status !== 0 && status !== 1) process.exit(status ?? 1);
  return status;
}

console.log('A boot of Debian’s Xen 4.17 to dom0, recorded from outside: does the model answer as it did?');
if (heaplay('verify', boot) !== 0) process.exit(1);

console.log('\nThe same boot with a separate xen heap, as 32-bit Arm has it:');
heaplay('diff', boot, '--mode', 'separate-xenheap');

console.log('\n... with a direct map of the lower 1 GiB only, as huge x86 hosts have it:');
heaplay('diff', boot, '--mode', 'direct-map-partial', '--set', 'heap.xenheapMaxMfn=0x3ffff');

console.log('\n... and under a newer Xen:');
heaplay('diff', boot, '--xen', '4.23');
