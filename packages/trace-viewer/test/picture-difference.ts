import type { Page } from 'playwright-core';

/** Edge of the squares of which only the mean colour is compared, in pixels: letters differ from machine to machine. */
const SQUARE = 40;

/** How two pictures differ. */
export interface PictureDifference {
  /** Are they as wide and as high? */
  readonly sameSize: boolean;
  /** The squares whose mean differs most in one of red, green and blue: where, and by how much of 255. */
  readonly worst: readonly { readonly x: number; readonly y: number; readonly difference: number }[];
}

/** Compares two PNG pictures square by square, in a page that is there for nothing else. */
export function pictureDifference(page: Page, a: Buffer, b: Buffer): Promise<PictureDifference> {
  const pictures = [a, b].map((png) => png.toString('base64'));
  return page.evaluate(
    async ({ pictures: encoded, square }) => {
      const drawn = await Promise.all(
        encoded.map(async (text) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
          const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
          context?.drawImage(image, 0, 0);
          return context?.getImageData(0, 0, image.width, image.height) as ImageData;
        }),
      );
      const [first, second] = drawn as [ImageData, ImageData];
      if (first.width !== second.width || first.height !== second.height) return { sameSize: false, worst: [] };
      const { width, height } = first;
      const found: { x: number; y: number; difference: number }[] = [];
      for (let y = 0; y < height; y += square) {
        for (let x = 0; x < width; x += square) {
          const [right, bottom] = [Math.min(x + square, width), Math.min(y + square, height)];
          const sums = [0, 0, 0];
          for (let row = y; row < bottom; row++) {
            for (let column = x; column < right; column++) {
              const at = 4 * (row * width + column);
              for (const channel of [0, 1, 2]) {
                sums[channel] =
                  (sums[channel] ?? 0) + (first.data[at + channel] ?? 0) - (second.data[at + channel] ?? 0);
              }
            }
          }
          const difference = Math.max(...sums.map(Math.abs)) / ((right - x) * (bottom - y));
          found.push({ x, y, difference });
        }
      }
      return { sameSize: true, worst: found.sort((one, other) => other.difference - one.difference).slice(0, 5) };
    },
    { pictures, square: SQUARE },
  );
}
