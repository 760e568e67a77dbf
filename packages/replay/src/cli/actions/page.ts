import { FrameTable } from '@heaplay/core';
import { Biographer } from '../../analysis/biography.ts';
import type { PageBiography } from '../../analysis/biography.ts';
import { count, frame, plural, table } from '../../text/format.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { openTimelineFile } from '../open-timeline.ts';
import { colors } from '../terminal.ts';
import { inTurns } from '../in-turns.ts';

/** What the options of `heaplay page` say. */
export interface PageOptions extends ConfigOptions {
  readonly json?: boolean;
}

/** `heaplay page` */
export async function pageAction(
  path: string,
  mfn: number,
  options: PageOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const timeline = await openTimelineFile(path, options, terminal);
  const { machine, heap } = timeline.setup;
  const { frames } = machine;
  if (mfn >= frames) {
    throw new UsageError(
      `page ${frame(mfn)}: the machine has ${plural(frames, 'frame')}. Next: give one below ${frame(frames)}`,
    );
  }
  if (!FrameTable.of(machine, heap).isValid(mfn)) {
    throw new UsageError(
      `page ${frame(mfn)}: it lies in a hole of the frame table, with PDX compression by ${heap.pdx}. Next: give a frame of RAM`,
    );
  }
  const biographer = new Biographer(timeline);
  const biography = await inTurns(biographer.biographyStepwise(mfn), 'looking for touched pages', timeline, terminal);
  await terminal.out(options.json === true ? `${JSON.stringify(biography)}\n` : human(timeline, biography));
  return EXIT.ok;
}

function human(timeline: Timeline, { mfn, history }: PageBiography): string {
  const rows = history.map(({ record, type, change, state, owner, head, order }) => [
    count(record),
    type,
    change === 'power-on' ? '' : change,
    state,
    owner === null ? '–' : `d${owner}`,
    // Outside of the heap nothing is a block.
    state === 'outside' ? '–' : `${frame(head)} of order ${order}`,
    mfn === head || state === 'outside' ? '' : `page ${count(mfn - head)}`,
  ]);
  const touched = `${plural(history.length - 1, 'record')} of ${count(timeline.length)} touched it, or changed the block that it lies in`;
  return `${colors.bold(`page ${frame(mfn)}`)} (${count(mfn)}), ${touched}\n\n${table(
    [['record', 'call', 'it was', 'then it is', 'owner', 'in block', ''], ...rows],
    'rl',
  )}`;
}
