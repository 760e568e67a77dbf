/** A machine that can be started. */
export type LaunchName = 'x86' | 'arm64' | 'arm32';

/** What the machine is to have. */
export interface LaunchOptions {
  /** Bytes of RAM; absent: 2 GiB, 1 GiB on 32-bit Arm. */
  readonly memory?: number;
  /** NUMA nodes of equal size; x86 only. */
  readonly nodes?: number;
  /** More for Xen's command line, behind what there is: what comes last counts. */
  readonly xenOptions?: string;
  /** More for dom0's command line. */
  readonly dom0Options?: string;
}

/** The files that a machine boots, as scripts/fetch-xen.sh puts them into one folder. */
export const LAUNCH_FILES = ['xen', 'xen-syms', 'vmlinuz', 'initrd'] as const;

/** What is to be started, and how. */
export interface LaunchPlan {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** A machine cannot be had as asked for. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

const MIB = 2 ** 20;
const XEN_LOG = 'loglvl=all guest_loglvl=all noreboot';
const COMMON = ['-accel', 'tcg', '-nodefaults', '-no-reboot', '-display', 'none'];

/** What has QEMU wait for a debugger on a port of the loopback, and write the machine's console into a file. */
export function waiting(port: number, log: string): readonly string[] {
  return ['-serial', `file:${log}`, '-S', '-gdb', `tcp:127.0.0.1:${port}`];
}

/**
 * The command line of QEMU for a machine whose files are in `folder`. Throws {@link LaunchError}. Without scrubbing at boot, unless `xenOptions` says otherwise: scrubbing takes most of an emulated boot.
 */
export function launchPlan(name: LaunchName, folder: string, options: LaunchOptions = {}): LaunchPlan {
  const { memory, nodes = 1 } = options;
  if (nodes > 1 && name !== 'x86') throw new LaunchError(`--numa ${nodes}: Xen has no NUMA nodes on ${name}`);
  switch (name) {
    case 'x86':
      return {
        program: 'qemu-system-x86_64',
        arguments: [...COMMON, ...x86(folder, memory ?? 2048 * MIB, nodes, options)],
      };
    case 'arm64':
      return {
        program: 'qemu-system-aarch64',
        arguments: [
          ...COMMON,
          '-M',
          'virt,virtualization=on,gic-version=3',
          '-cpu',
          'cortex-a57',
          ...arm(folder, memory ?? 2048 * MIB, 'dom0_mem=512M', options),
        ],
      };
    case 'arm32':
      return {
        program: 'qemu-system-arm',
        arguments: [
          ...COMMON,
          '-M',
          'virt,virtualization=on,highmem=off',
          '-cpu',
          'cortex-a15',
          ...arm(folder, memory ?? 1024 * MIB, 'dom0_mem=256M', options),
        ],
      };
  }
}

function x86(folder: string, memory: number, nodes: number, options: LaunchOptions): string[] {
  const xen = words('console=com1 com1=115200,8n1', XEN_LOG, 'sync_console bootscrub=0', options.xenOptions);
  const dom0 = words('console=hvc0 earlyprintk=xen,keep panic=-1', options.dom0Options);
  return [
    '-M',
    'q35',
    '-cpu',
    'qemu64',
    '-m',
    megabytes(memory),
    ...(nodes > 1 ? numa(memory, nodes) : []),
    '-kernel',
    `${folder}/xen`,
    '-append',
    xen,
    // QEMU takes commas as the end of a module's command line, and two of them as one.
    '-initrd',
    `${folder}/vmlinuz ${dom0.replaceAll(',', ',,')},${folder}/initrd`,
  ];
}

function numa(memory: number, nodes: number): string[] {
  const size = megabytes(memory / nodes);
  return Array.from({ length: nodes }, (_, id) => [
    '-object',
    `memory-backend-ram,id=m${id},size=${size}`,
    // The only processor is on the first node.
    '-numa',
    `node,nodeid=${id},memdev=m${id}${id === 0 ? ',cpus=0' : ''}`,
  ]).flat();
}

function arm(folder: string, memory: number, dom0Memory: string, options: LaunchOptions): string[] {
  const xen = words('console=dtuart dtuart=/pl011@9000000', XEN_LOG, dom0Memory, 'bootscrub=0', options.xenOptions);
  const dom0 = words('console=hvc0 earlycon=xen keep_bootcon panic=-1', options.dom0Options);
  return [
    '-m',
    megabytes(memory),
    '-kernel',
    `${folder}/xen`,
    '-append',
    xen,
    // The device tree lies at 0x48000000: a module over it breaks the boot.
    '-device',
    `guest-loader,addr=0x49000000,kernel=${folder}/vmlinuz,bootargs=${dom0.replaceAll(',', ',,')}`,
    '-device',
    `guest-loader,addr=0x50000000,initrd=${folder}/initrd`,
  ];
}

function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

function megabytes(bytes: number): string {
  if (!Number.isInteger(bytes / MIB))
    throw new LaunchError(`found ${bytes} bytes of memory; expected whole MiB a node`);
  return `${bytes / MIB}M`;
}
