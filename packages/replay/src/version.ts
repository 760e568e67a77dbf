/** Version of the program; the trace format has its own. */
export const VERSION = '0.1.0';
