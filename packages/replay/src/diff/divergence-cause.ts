import type { SearchStep } from '@heaplay/core';
import { sameJson } from '../replay/difference.ts';
import type { DivergenceCause } from './diff-result.ts';

/** The first step in which two searches differ, claims and counts of free pages apart; null if there is none. */
export function causeOf(a: readonly SearchStep[], b: readonly SearchStep[]): DivergenceCause | null {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [inA, inB] = [a[at], b[at]];
    if (inA !== undefined && inB !== undefined && decidesAlike(inA, inB)) continue;
    return { step: at + 1, a: inA ?? null, b: inB ?? null };
  }
  return null;
}

/** Do two steps lead to the same next one? How much is free matters only where it decides. */
function decidesAlike(a: SearchStep, b: SearchStep): boolean {
  if (a.step === 'claims' && b.step === 'claims') return a.refused === b.refused;
  if (a.step === 'zone' && b.step === 'zone') {
    return a.node === b.node && a.zone === b.zone && a.passedOver === b.passedOver;
  }
  return sameJson(a, b);
}
