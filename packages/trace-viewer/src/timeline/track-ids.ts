/** The tracks that there are, in the order in which they are stacked. */
export const TRACK_IDS = [
  'free',
  'nodes',
  'zones',
  'claims',
  'scrub',
  'owned',
  'failures',
  'domains',
  'calls',
  'orders',
] as const;

/** One of {@link TRACK_IDS}. */
export type TrackId = (typeof TRACK_IDS)[number];

/** Those that are shown until somebody chooses. */
export const DEFAULT_TRACKS: readonly TrackId[] = ['free', 'failures', 'domains', 'calls', 'orders'];
