import { classColour } from './palette.ts';
import type { PaletteName } from './palette.ts';
import type { ClassColours } from './painter.ts';
import { describeClass, schemeFacts } from './schemes/all-schemes.ts';
import type { SchemeName } from './schemes/scheme.ts';

/** How a picture is painted. */
export interface PictureLook {
  readonly scheme: SchemeName;
  readonly palette: PaletteName;
  /** The class that is looked at while all others fade; null: all are. */
  readonly highlight: number | null;
}

const NO_NAMES = { callers: [] };
const made = new Map<string, ClassColours>();
/** Looks whose colours are kept: there are thousands of domains. */
const KEPT = 8;

/** The colours of a scheme's classes. */
export function coloursOf({ scheme, palette, highlight }: PictureLook): ClassColours {
  const key = `${scheme} ${palette} ${highlight}`;
  let colours = made.get(key);
  if (colours === undefined) {
    const { classes } = schemeFacts(scheme);
    colours = { red: new Uint8Array(classes), green: new Uint8Array(classes), blue: new Uint8Array(classes) };
    for (let id = 0; id < classes; id++) {
      // What a class is called does not change its colour.
      const described = describeClass(scheme, id, NO_NAMES);
      const [red, green, blue] = classColour(described, palette, highlight !== null && highlight !== id);
      colours.red[id] = red;
      colours.green[id] = green;
      colours.blue[id] = blue;
    }
    made.set(key, colours);
    if (made.size > KEPT) made.delete(made.keys().next().value as string);
  }
  return colours;
}
