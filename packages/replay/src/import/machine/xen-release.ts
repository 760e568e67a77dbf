import type { XenVersion } from '@heaplay/core';
import type { Told } from './told.ts';

/** The release of a banner: `4.17.5` is `[4, 17]`. */
export function releaseOf(version: string): readonly [major: number, minor: number] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return [major, minor];
}

/** Is this release, or a newer one, what the log is of? One that does not say is of the newest. */
export function isAtLeast({ xenVersion }: Told, major: number, minor: number): boolean {
  if (xenVersion === undefined) return true;
  const [foundMajor, foundMinor] = releaseOf(xenVersion.value);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

/**
 * The version whose behaviour the model knows that is nearest to the log's: dirty pages are tracked from 4.10 on, claims
 * and the building of domains changed behind 4.21.
 */
export function nearestVersion(told: Told): XenVersion {
  if (isAtLeast(told, 4, 22)) return '4.23';
  return isAtLeast(told, 4, 10) ? '4.17' : '4.6';
}
