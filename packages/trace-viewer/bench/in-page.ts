// These run in the page: each stands alone, since only its own text is sent there.

/** What the page has seen of its own loading, in milliseconds since it was asked for; 0: not yet. */
export interface ViewerLoading {
  /** The first map is on the screen. */
  firstPicture: number;
  /** Nothing is read any more. */
  loaded: number;
}

declare global {
  // oxlint-disable-next-line no-var -- nothing else declares a property of the global object
  var viewerLoading: ViewerLoading;
}

/** Takes note of when there is a map, and of when all was read. */
export function watchLoading(): void {
  globalThis.viewerLoading = { firstPicture: 0, loaded: 0 };
  const look = (): void => {
    const seen = globalThis.viewerLoading;
    const hasMap = (document.querySelector<HTMLElement>('.map-cells')?.dataset['record'] ?? '') !== '';
    // This frame shows what is there now; it is on the screen at the next one.
    if (hasMap && seen.firstPicture === 0) requestAnimationFrame((now) => (seen.firstPicture ||= now));
    if (hasMap && document.querySelector('.loading') === null) seen.loaded = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Moves the scrubber to a record; milliseconds until the map behind it was painted. */
export function watchScrub(record: number): Promise<number> {
  const slider = document.querySelector<HTMLInputElement>('.scrubber input');
  const cells = document.querySelector<HTMLElement>('.map-cells');
  if (slider === null || cells === null) throw new Error('there is no scrubber, or no map');
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const end = setTimeout(() => reject(new Error(`no map behind record ${record} within 10 s`)), 10_000);
    const check = (): void => {
      if (cells.dataset['record'] !== String(record)) return;
      observer.disconnect();
      clearTimeout(end);
      requestAnimationFrame(() => {
        // A task behind the frame: it has been painted.
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => resolve(performance.now() - begin), { once: true });
        port1.start();
        port2.postMessage(null);
      });
    };
    const observer = new MutationObserver(check);
    observer.observe(cells, { attributes: true, attributeFilter: ['data-record'] });
    slider.value = String(record);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    check();
  });
}

/** Counts, in each of so many seconds, the frames, and those in which the map was another one. */
export function watchPlaying(seconds: number): Promise<{ readonly frames: number[]; readonly maps: number[] }> {
  const cells = document.querySelector<HTMLElement>('.map-cells');
  if (cells === null) throw new Error('there is no map');
  const [frames, maps] = [new Array<number>(seconds).fill(0), new Array<number>(seconds).fill(0)];
  return new Promise((resolve) => {
    let begin = -1;
    let shown: string | undefined;
    const look = (now: number): void => {
      if (begin < 0) begin = now;
      const second = Math.floor((now - begin) / 1000);
      if (second >= seconds) {
        resolve({ frames, maps });
        return;
      }
      frames[second] = (frames[second] ?? 0) + 1;
      if (cells.dataset['record'] !== shown) maps[second] = (maps[second] ?? 0) + 1;
      shown = cells.dataset['record'];
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}
