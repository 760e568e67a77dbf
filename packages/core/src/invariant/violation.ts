/** An invariant that a state breaks. */
export interface InvariantViolation {
  /** Short name of the invariant. */
  readonly invariant: InvariantName;
  /** What was found and where. */
  readonly message: string;
}

/** What must hold in every state. */
export type InvariantName =
  | 'one-block-per-frame'
  | 'alignment'
  | 'list-links'
  | 'list-membership'
  | 'zone-and-node'
  | 'counts'
  | 'dirty'
  | 'claims'
  | 'domains'
  | 'offline-lists'
  | 'mappings'
  | 'digest';

/** Takes note of a broken invariant. */
export type ReportViolation = (invariant: InvariantName, message: string) => void;

/** A frame number as people read it. */
export function hex(mfn: number): string {
  return mfn < 0 ? 'none' : `0x${mfn.toString(16)}`;
}
