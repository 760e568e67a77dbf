import type { Group } from '../harness/subject.ts';
import { START_GROUP, VERIFY_GROUP, VERIFY_MANY_GROUP } from './command-groups.ts';
import { GOLDEN_GROUPS, NAIVE_GROUP, WORKLOAD_GROUPS } from './heap-groups.ts';
import { BOOT_GROUP, HOST_SIZE_GROUP } from './host-groups.ts';
import { DIFF_GROUP, DIGEST_GROUP } from './look-groups.ts';
import { TIMELINE_GROUP } from './timeline-group.ts';
import { READ_GROUP, WRITE_GROUP } from './trace-groups.ts';

/** Everything that is measured, in the order of the table. */
export const ALL_GROUPS: readonly Group[] = [
  ...WORKLOAD_GROUPS,
  ...GOLDEN_GROUPS,
  NAIVE_GROUP,
  BOOT_GROUP,
  HOST_SIZE_GROUP,
  DIGEST_GROUP,
  DIFF_GROUP,
  TIMELINE_GROUP,
  READ_GROUP,
  WRITE_GROUP,
  VERIFY_GROUP,
  VERIFY_MANY_GROUP,
  START_GROUP,
];
