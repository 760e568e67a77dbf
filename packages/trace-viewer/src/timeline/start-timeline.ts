import { followPictures } from './pictures.ts';
import { followPlaying } from './player.ts';
import { registerTimelineKeys } from './timeline-keys.ts';
import { followTimes } from './timeline-state.ts';

/** Sets the timeline going, once, as long as the page is there. */
export function startTimeline(): void {
  followTimes();
  followPictures();
  followPlaying();
  registerTimelineKeys();
}
