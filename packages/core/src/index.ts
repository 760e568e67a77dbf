// The model: states, calls, outcomes.
export { HeapBatch, reduce } from './reducer/apply.ts';
export type { Reduction } from './reducer/apply.ts';
export { InputError } from './reducer/input-error.ts';
export type { Lanes } from './memory/state-digest.ts';
export { powerOn } from './state/heap-state.ts';
export type { HeapState, HeapTotals, LowMemoryVirq, NodeHeap } from './state/heap-state.ts';
export type { Domain } from './state/domain.ts';
export { deltaBetween, withDeltas } from './state/state-delta.ts';
export type { StateDelta } from './state/state-delta.ts';
export { openState } from './state/heap-reader.ts';
export type { HeapReader } from './state/heap-reader.ts';
export type { FreeStep, MergeEnd, Probe, SearchStep, ZonePurpose } from './state/probe.ts';
export { stateDigest, stateDigestFromScratch } from './state/scratch-digest.ts';

// Why a call comes out as it does.
export { explainCall } from './explain/explain-call.ts';
export type { Explanation } from './explain/explain-call.ts';
export type { Failure, FailureReason, FreePart } from './explain/failure-reason.ts';

// Looking at a state.
export { availPages, nodeAvailPages, pagesToScrub } from './query/avail.ts';
export { differInMoreThan, forEachChangedRun } from './query/changed-frames.ts';
export { dirtyDigest, dirtyRuns } from './query/dirty-runs.ts';
export { FrameBlocks } from './query/frame-blocks.ts';
export type { BlockFrames } from './query/frame-blocks.ts';
export {
  freeBlocksByOrder,
  freeBlocksOfOrder,
  largestFreeOrder,
  unusableFreeSpace,
  unusableShare,
} from './query/fragmentation.ts';
export { pagesOnList } from './query/free-blocks.ts';
export { blocksBefore, freeListPlace } from './query/free-list-place.ts';
export type { FreeListPlace } from './query/free-list-place.ts';
export { freeListPart, listCounts } from './query/list-counts.ts';
export type { ZoneCounts } from './query/list-counts.ts';
export { heapDigest } from './query/heap-digest.ts';
export { observeDomains, observeHeap, observeNodes } from './query/observe-heap.ts';
export type { HeapObservation } from './query/observe-heap.ts';
export { pageInfo } from './query/page-info.ts';
export type { PageInfo, PageState } from './query/page-info.ts';
export { usedBlocks } from './query/used-blocks.ts';
export type { UsedBlock } from './query/used-blocks.ts';
export { diffStates } from './query/state-diff.ts';
export type { DiffBlock, StateDiff } from './query/state-diff.ts';
export type { MappingChange } from './query/mapping-diff.ts';

// Invariants.
export { InvariantError, assertInvariant, assertUnreachable } from './invariant/assert.ts';
export { checkInvariants } from './invariant/check.ts';
export type { InvariantName, InvariantViolation } from './invariant/violation.ts';

// The machine and its configuration.
export { Platform } from './machine/platform.ts';
export { xenBehaviour } from './machine/xen-version.ts';
export type { XenBehaviour } from './machine/xen-version.ts';

// Compression of frame numbers.
export type { ByteRange } from './pdx/byte-range.ts';
export { frameGroups, isCompressibleRange, isCovered } from './pdx/frame-groups.ts';
export type { FrameGroups, GroupRun } from './pdx/frame-groups.ts';
export { FrameTable } from './pdx/frame-table.ts';
export { machinePdx, setUpPdx } from './pdx/machine-pdx.ts';
export type { PdxConfig } from './pdx/machine-pdx.ts';
export { MaskCompression } from './pdx/mask-compression.ts';
export { OffsetCompression } from './pdx/offset-compression.ts';
export type { OffsetRegion } from './pdx/offset-compression.ts';
export type { PdxCompression, PdxVerdict } from './pdx/pdx-compression.ts';
export { pdxLimits } from './pdx/pdx-limits.ts';
export type { PdxLimits } from './pdx/pdx-limits.ts';
export { planFrameTable } from './pdx/plan-frame-table.ts';
export type { FrameTablePlan, FrameTableShare } from './pdx/plan-frame-table.ts';
export type { PdxInput } from './pdx/registration.ts';
export type { Word } from './units/word64.ts';

// The address space.
export { directMapAddress, directMapFrame, inDirectMap, isAlwaysMapped } from './mapping/direct-map.ts';
export { accessFault, frameAt, mfnToVirt } from './mapping/translate.ts';
export type { AccessFault } from './mapping/translate.ts';
export { liveMappings, mappingsAt, mappingsOfBlock, mappingsOfFrame } from './query/mappings.ts';
export type { Mapping, MappingKind } from './query/mappings.ts';

// Calls and what comes of them.
export { isMappingCall } from './call/mapping-calls.ts';

// Units.
export type { Brand } from './units/brand.ts';
export { DOMAIN_ID_LIMIT, NODE_ANY } from './units/ids.ts';
export type { CpuId, DomainId, NodeId, Zone } from './units/ids.ts';
export {
  MFN_LIMIT,
  PAGE_SHIFT,
  PAGE_SIZE,
  PHYSICAL_ADDRESS_LIMIT,
  alignDown,
  alignmentOf,
  bitLength,
  frameAtOrAfter,
  frameHolding,
  isAligned,
  largestOrderAt,
} from './units/mfn.ts';
export type { Mfn, MfnRange, Pdx, PhysicalAddress, VirtualAddress } from './units/mfn.ts';
export { MAX_ORDER, orderPages } from './units/order.ts';
export type { Order } from './units/order.ts';

// call, machine, observation, schema: what a trace holds, and how its JSON is checked
export type {
  AllocBootPages,
  BootCall,
  EndBootAllocator,
  EndBootAllocatorResult,
  HeapInitLate,
  HeapInitLateResult,
  InitBootPages,
  InitDomheapPages,
  InitXenheapPages,
  SetSystemState,
  XenheapMaxMfn,
} from './call/boot-calls.ts';
export { CALL_TYPES, callRecordSchemas, isCallType } from './call/call-schema.ts';
export type { CallOf, CallResult, CallResults, CallType, HeapCall, ResultOf } from './call/call.ts';
export { decodeCallRecord } from './call/decode-call.ts';
export type {
  DomainCall,
  DomainCreate,
  DomainKill,
  DomainSetMaxPages,
  DomainSetNodeAffinity,
  DomainSetOutstandingPages,
  RelinquishMemory,
} from './call/domain-calls.ts';
export type { JsonFields } from './call/frequent-record.ts';
export type {
  AllocDomheapPages,
  AllocHeapPages,
  AllocXenheapPages,
  AssignPages,
  FreeDomheapPages,
  FreeHeapPages,
  FreeXenheapPages,
  HeapPageCall,
  Placement,
  PopulatePhysmap,
  ScrubFreePages,
} from './call/heap-calls.ts';
export type {
  Access,
  MapDomainPage,
  MapDomainPageGlobal,
  MappingCall,
  MfnToVirt,
  UnmapDomainPage,
  UnmapDomainPageGlobal,
  VirtToMfn,
  Vmap,
  Vunmap,
} from './call/mapping-calls.ts';
export { parseMemFlags } from './call/mem-flags-schema.ts';
export {
  EXACT_NODE,
  KEEP_SCRUB,
  MEM_FLAG_NAMES,
  NO_DMA,
  NO_ICACHE_FLUSH,
  NO_OWNER,
  NO_REFCOUNT,
  NO_SCRUB,
  NO_TLBFLUSH,
  hasFlag,
  memFlagNames,
  memFlags,
  withFlags,
  withoutFlags,
} from './call/mem-flags.ts';
export type { MemFlagName, MemFlags } from './call/mem-flags.ts';
export type {
  OfflineCall,
  OfflinePage,
  OnlinePage,
  PageOfflineResult,
  QueryPageOffline,
} from './call/offline-calls.ts';
export { BUG_KINDS } from './call/outcome.ts';
export type { BugKind, HeapBug, Outcome } from './call/outcome.ts';
export type { CallRecord, RecordEnvelope } from './call/record.ts';
export {
  BOOT_SCRUBS,
  HEAP_MODES,
  PDX_SCHEMES,
  XEN_VERSIONS,
  checkHeapConfig,
  completeHeapConfig,
  decodeHeapConfig,
  heapConfigInputSchema,
} from './machine/heap-config-schema.ts';
export type { HeapConfigInput } from './machine/heap-config-schema.ts';
export type { BootScrub, HeapConfig, HeapMode, PdxScheme, XenVersion } from './machine/heap-config.ts';
export {
  ARCHITECTURES,
  checkMachine,
  completeMachine,
  decodeMachine,
  machineInputSchema,
} from './machine/machine-schema.ts';
export type { MachineInput } from './machine/machine-schema.ts';
export type { Architecture, Machine, MachineNode } from './machine/machine.ts';
export { defaultMode, heapPreset } from './machine/presets.ts';
export { OBSERVATION_TYPES, decodeObservation, isObservationType } from './observation/decode-observation.ts';
export type {
  HeapView,
  ObservedBlock,
  ObservedDomain,
  ObservedList,
  ObservedNode,
  ObservedRun,
  ObservedVirq,
  ObservedZone,
} from './observation/heap-view.ts';
export { observationSchemas } from './observation/observation-schema.ts';
export type {
  Observation,
  ObservationOf,
  ObservationType,
  ObserveAvail,
  ObserveBootRegions,
  ObserveDigest,
  ObserveDirty,
  ObserveHeap,
  ObserveNodeAvail,
} from './observation/observation.ts';
export { decodeWith } from './schema/decode-with.ts';
export { decoded, refused } from './schema/decoded.ts';
export type { Decoded, FieldProblem } from './schema/decoded.ts';
export { describeValue } from './schema/describe-value.ts';
export { closestName, suggestName } from './schema/did-you-mean.ts';
export {
  formatPhysicalAddress,
  formatVirtualAddress,
  parsePhysicalAddress,
  parseVirtualAddress,
} from './schema/hex-address.ts';
export { isExtensionKey, openObject } from './schema/open-object.ts';
export type { Extensions } from './schema/open-object.ts';
export { countSchema, isCount, textSchema } from './schema/scalars.ts';
// end of call, machine, observation, schema
