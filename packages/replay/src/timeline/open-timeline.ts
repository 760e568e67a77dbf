import { lastValueFrom, Observable, asyncScheduler, filter, map } from 'rxjs';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../instrument/run-attributes.ts';
import { bugAttributes, setupAttributes } from '../instrument/setup-attributes.ts';
import { tracedStream } from '../instrument/traced.ts';
import { GrowingTimeline } from './growing-timeline.ts';
import type { TimelineOptions, TimelineProgress, TimelineSource } from './timeline-source.ts';
import type { Timeline } from './timeline.ts';

/**
 * Replays a trace once and makes a timeline of it. Emits how far it has come, and completes with the timeline; to
 * unsubscribe cancels. Fails with `TraceError` for a record that makes no sense, and `BootPanic` if the machine does
 * not boot with the layout.
 */
export function openTimeline(source: TimelineSource, options: TimelineOptions = {}): Observable<TimelineProgress> {
  const attributes = setupAttributes(source.name, options.to ?? source.header);
  return tracedStream({ name: RUN_SPANS.openTimeline, attributes }, opening(source, options), ({ record, timeline }) =>
    timeline === null ? null : { [RUN_ATTRIBUTES.records]: record, ...bugAttributes(timeline.bug) },
  );
}

function opening(source: TimelineSource, options: TimelineOptions): Observable<TimelineProgress> {
  return new Observable((subscriber) => {
    const growing = new GrowingTimeline(source, options);
    // A macrotask at a time: whoever wants to cancel, or the screen, must get their turn in between.
    return asyncScheduler.schedule(function go() {
      try {
        const done = !growing.advance();
        const { record } = growing;
        subscriber.next({ record, records: source.table.length, timeline: done ? growing.timeline() : null });
        if (done) subscriber.complete();
        else this.schedule();
      } catch (error) {
        subscriber.error(error);
      }
    });
  });
}

/** The timeline alone, for somebody who waits for it. */
export function timelineOf(source: TimelineSource, options: TimelineOptions = {}): Promise<Timeline> {
  return lastValueFrom(
    openTimeline(source, options).pipe(
      map(({ timeline }) => timeline),
      filter((timeline) => timeline !== null),
    ),
  );
}
