import type { HeapCall } from '../../src/call/call.ts';
import type { CpuId, DomainId } from '../../src/units/ids.ts';
import type { Mfn, VirtualAddress } from '../../src/units/mfn.ts';

/** Who makes a call, as a test says it. */
export interface Who {
  readonly cpu?: number;
  readonly domain?: number;
  readonly vcpu?: number;
  /** What the call was seen to return. */
  readonly seen?: bigint;
}

interface Made {
  cpu?: CpuId;
  domain?: DomainId;
  vcpu?: number;
  result?: VirtualAddress;
}

function made({ cpu, domain, vcpu, seen }: Who): Made {
  return {
    ...(cpu === undefined ? {} : { cpu: cpu as CpuId }),
    ...(domain === undefined ? {} : { domain: domain as DomainId }),
    ...(vcpu === undefined ? {} : { vcpu }),
    ...(seen === undefined ? {} : { result: seen as VirtualAddress }),
  };
}

const by = (cpu: number | undefined): { cpu?: CpuId } => (cpu === undefined ? {} : { cpu: cpu as CpuId });

/** `map_domain_page`. */
export const map = (mfn: number, who: Omit<Who, 'seen'> = {}): HeapCall => ({
  type: 'map_domain_page',
  mfn: mfn as Mfn,
  ...(made(who) as Omit<Made, 'result'>),
});
/** `unmap_domain_page`. */
export const unmap = (va: bigint, cpu?: number): HeapCall => ({
  type: 'unmap_domain_page',
  va: va as VirtualAddress,
  ...by(cpu),
});
/** `map_domain_page_global`. */
export const mapGlobal = (mfn: number, who: Who = {}): HeapCall => ({
  type: 'map_domain_page_global',
  mfn: mfn as Mfn,
  ...made(who),
});
/** `unmap_domain_page_global`. */
export const unmapGlobal = (va: bigint): HeapCall => ({ type: 'unmap_domain_page_global', va: va as VirtualAddress });
/** `vmap`. */
export const vmap = (mfns: readonly number[], who: Pick<Who, 'cpu' | 'seen'> = {}): HeapCall => ({
  type: 'vmap',
  mfns: mfns as readonly Mfn[],
  ...made(who),
});
/** `vunmap`. */
export const vunmap = (va: bigint): HeapCall => ({ type: 'vunmap', va: va as VirtualAddress });
/** `mfn_to_virt`. */
export const toVirt = (mfn: number): HeapCall => ({ type: 'mfn_to_virt', mfn: mfn as Mfn });
/** `virt_to_mfn`. */
export const toMfn = (va: bigint, cpu?: number): HeapCall => ({
  type: 'virt_to_mfn',
  va: va as VirtualAddress,
  ...by(cpu),
});
/** `access`: a read unless told otherwise. */
export const access = (va: bigint, cpu?: number, write = false): HeapCall => ({
  type: 'access',
  va: va as VirtualAddress,
  write,
  ...by(cpu),
});
