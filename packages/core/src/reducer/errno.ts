/** The error numbers that the calls return, negative as in Xen. */
export const EPERM = -1;
export const E2BIG = -7;
export const ENOMEM = -12;
export const EINVAL = -22;
