/** Pixels left of the tracks, for their names and values. */
export const GUTTER_WIDTH = 176;

/** Pixels between the names and the plots, for what their heights mean. */
export const AXIS_WIDTH = 64;
