import type { CallRow } from '../calls/call-row.ts';

/** What a part of a block is in a picture. */
export type PartRole =
  /** The free block that a search took from its list. */
  | 'found'
  /** Goes back to its list. */
  | 'back'
  /** Is halved further. */
  | 'on'
  /** Given to the caller. */
  | 'taken'
  /** What came back, with all that it has merged with so far. */
  | 'ours'
  /** A free buddy that it merges with. */
  | 'buddy'
  /** The neighbour that it cannot merge with. */
  | 'blocked';

/** A part of a block. */
export interface PicturePart {
  readonly mfn: number;
  /** Null: no block is there. */
  readonly order: number | null;
  readonly role: PartRole;
  /** What it is or where it goes, in some words. */
  readonly note: string;
}

/** A block as a whole, or its two halves, the lower one first. */
export type PictureLevel = readonly [PicturePart] | readonly [PicturePart, PicturePart];

/** How a block was halved for an allocation, or grew as it was freed: level by level, in the order of time. */
export interface BlockPicture {
  readonly kind: 'split' | 'merge';
  readonly caption: string;
  readonly levels: readonly PictureLevel[];
}

/** A step, and what a newcomer has to know of it. */
export interface ExplainedStep {
  readonly text: string;
  /** Told once for each kind of step. */
  readonly why: string | null;
}

/** Why a call did not get what it asked for. */
export interface ExplainedFailure {
  /** The reason in a word, as `heaplay explain` has it; null for calls that do not search. */
  readonly reason: string | null;
  readonly sentence: string;
  /** The numbers that prove it: what they are, and they. */
  readonly numbers: readonly (readonly [name: string, value: string])[];
  /** What would have helped, tried on the model; null for calls that do not search. */
  readonly remedies: readonly string[] | null;
}

/** A block that a record made, or did away with. */
export interface ChangedBlock {
  readonly mfn: number;
  readonly text: string;
}

/** What a record changed, in words. */
export interface ExplainedChanges {
  readonly counts: readonly string[];
  readonly vanished: readonly ChangedBlock[];
  readonly appeared: readonly ChangedBlock[];
  /** Blocks of either kind that are not told. */
  readonly more: number;
  readonly mappings: readonly string[];
}

/** Why the call of a record came out as it did. Plain data. */
export interface Explained {
  readonly row: CallRow;
  /** Why there is nothing to explain; null if there is. */
  readonly nothing: string | null;
  readonly steps: readonly ExplainedStep[];
  /** Steps beyond those that are told. */
  readonly moreSteps: number;
  readonly pictures: readonly BlockPicture[];
  readonly morePictures: number;
  readonly failure: ExplainedFailure | null;
  readonly changes: ExplainedChanges;
}
