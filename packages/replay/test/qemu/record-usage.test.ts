import { describe, expect, test } from 'vitest';
import { type LaunchName, type LaunchOptions, launchPlan, waiting } from '../../src/record/qemu/launch-plan.ts';
import { heaplay } from '../cli.ts';

describe('heaplay record qemu', () => {
  test.each<[readonly string[], number, RegExp]>([
    [[], 2, /expected --launch MACHINE, or --gdb HOST:PORT and --symbols FILE/],
    [['--gdb', 'localhost:1234'], 2, /expected --launch MACHINE, or --gdb/],
    [['--launch', 'x86', '--gdb', 'localhost:1'], 2, /found --launch and --gdb or --symbols; expected one way/],
    [['--gdb', 'localhost', '--symbols', 'x'], 2, /--gdb: found "localhost"; expected HOST:PORT/],
    [['--gdb', 'localhost:70000', '--symbols', 'x'], 2, /--gdb: found "localhost:70000"; expected HOST:PORT/],
    [['--gdb', 'h:1', '--symbols', 'x', '--xen-options', 'a'], 2, /found --xen-options, which is for --launch/],
    [['--launch', 'riscv'], 2, /Allowed choices are x86, arm64, arm32/],
    [['--launch', 'x86', '--memory', 'much'], 2, /Expected a size/],
    [['--launch', 'arm64', '--numa', '2', '--folder', '/absent'], 2, /--numa 2: Xen has no NUMA nodes on arm64/],
    [['--launch', 'x86', '--memory', '1001M', '--numa', '2', '--folder', '/absent'], 2, /expected whole MiB a node/],
    [['--launch', 'x86', '--folder', '/absent'], 3, /missing: .*\/absent\/x86\/xen.*scripts\/fetch-xen\.sh x86/],
    [['--gdb', 'localhost:1', '--symbols', '/absent'], 3, /\/absent: cannot be read .*nothing was recorded/],
    [['--gdb', 'localhost:1', '--symbols', import.meta.filename], 3, /found no ELF file.*scripts\/fetch-xen\.sh/],
  ])('%j is wrong', async (options, exitCode, message) => {
    const run = await heaplay('record', 'qemu', ...options);
    expect(run).toMatchObject({ exitCode, out: '', err: expect.stringMatching(message) });
  });
});

describe('the command line of QEMU', () => {
  const plan = (name: LaunchName, options?: LaunchOptions): string => {
    const { program, arguments: words } = launchPlan(name, '/files', options);
    return [program, ...words].join(' ');
  };

  test('x86: Xen by multiboot, kernel and initramfs as its modules; commas of a module are doubled', () => {
    const line = plan('x86', { memory: 2 ** 30, dom0Options: 'a=1,2', xenOptions: 'bootscrub=idle' });
    expect(line).toMatch(/^qemu-system-x86_64 .*-m 1024M .*-kernel \/files\/xen /);
    expect(line).toContain('bootscrub=0 bootscrub=idle -initrd /files/vmlinuz console=hvc0');
    expect(line).toContain('a=1,,2,/files/initrd');
  });

  test('every machine waits for a debugger, on the loopback alone', () => {
    expect(waiting(1234, '/log')).toEqual(['-serial', 'file:/log', '-S', '-gdb', 'tcp:127.0.0.1:1234']);
  });

  test('x86 with nodes: each has its share, the processor is on the first', () => {
    const line = plan('x86', { memory: 2 ** 30, nodes: 2 });
    expect(line).toContain('memory-backend-ram,id=m1,size=512M -numa node,nodeid=1,memdev=m1 -kernel');
    expect(line).toContain('-numa node,nodeid=0,memdev=m0,cpus=0');
  });

  test('Arm: the modules lie above the device tree', () => {
    expect(plan('arm64')).toMatch(/^qemu-system-aarch64 .*-m 2048M .*guest-loader,addr=0x49000000,kernel=/);
    expect(plan('arm32')).toMatch(/^qemu-system-arm .*highmem=off .*-m 1024M .*guest-loader,addr=0x50000000,initrd=/);
  });
});
