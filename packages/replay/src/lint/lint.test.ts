import type { HeapCall, VirtualAddress } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { bytesOf, corpusSource, smallHeader, smallSource } from '../../test/small-timeline.ts';
import type { RecordJson } from '../../test/small-timeline.ts';
import { resolveSetup } from '../rebase/resolve-setup.ts';
import type { ConfigChange } from '../rebase/reconfigure.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import { LINT_RULES } from './finding.ts';
import type { LintRule } from './finding.ts';
import { lint } from './lint.ts';
import type { LintOptions } from './lint.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';

/** Writes a trace by carrying out its calls: later ones name what earlier ones returned. */
class Script {
  readonly records: RecordJson[] = [];
  private readonly session: ReplaySession;

  constructor(heap: Readonly<Record<string, unknown>>) {
    const header = smallHeader({ heap });
    this.session = ReplaySession.powerOn(header.machine, header.heap);
  }

  /** A call that is in the trace, whatever comes of it. */
  call(json: RecordJson): unknown {
    const source = smallSource([json]);
    const call = source.table.callAt(1) as HeapCall;
    const { result } = this.session.apply(call);
    this.records.push(json);
    return result;
  }

  frame(json: RecordJson): number {
    return Number(this.call(json));
  }

  address(json: RecordJson): string {
    return `0x${(this.call(json) as VirtualAddress).toString(16)}`;
  }

  boot(): this {
    this.call({ type: 'init_boot_pages', ...bytesOf(256, 4096) });
    this.call({ type: 'end_boot_allocator' });
    this.call({ type: 'set_system_state', state: 'active' });
    return this;
  }

  /** 16 pages of the xen heap: a separate one of a page cannot give them. */
  xenPages(): number {
    return this.frame({ type: 'alloc_xenheap_pages', order: 4 });
  }

  /** The third block of the largest order: there are but two where a separate xen heap cuts one. */
  lastLargeBlock(): number {
    this.call({ type: 'domain_create', domain: 1, maxPages: 9999 });
    for (let made = 0; made < 2; made++) this.call({ type: 'alloc_domheap_pages', order: 10, domain: 1 });
    return this.frame({ type: 'alloc_domheap_pages', order: 10, domain: 1 });
  }
}

const ALL = { mode: 'direct-map-all' } as const;
const SEPARATE: ConfigChange = { mode: 'separate-xenheap', heap: { xenHeap: [3000, 3003] } };

function findings(
  source: TimelineSource,
  change: ConfigChange,
  options: Omit<LintOptions, 'to'> = {},
): [number, LintRule][] {
  return lint(source, { ...options, to: resolveSetup(source.header, change) }).map(({ record, rule }) => [
    record,
    rule,
  ]);
}

interface Case {
  readonly rule: LintRule;
  /** Writes the trace; returns the record that breaks the rule under the first layout. */
  readonly write: (script: Script) => number;
  readonly breaks?: ConfigChange;
  readonly fine?: ConfigChange;
}

const CASES: readonly Case[] = [
  {
    rule: 'va-on-dom-heap',
    write: (script) => {
      script.call({ type: 'mfn_to_virt', mfn: script.lastLargeBlock() });
      return script.records.length;
    },
  },
  {
    rule: 'va-beyond-direct-map',
    write: (script) => {
      script.call({ type: 'mfn_to_virt', mfn: script.frame({ type: 'alloc_domheap_pages', order: 0 }) });
      return script.records.length;
    },
    breaks: SEPARATE,
    fine: ALL,
  },
  {
    rule: 'stashed-transient',
    write: (script) => {
      const mfn = script.lastLargeBlock();
      script.call({ type: 'map_domain_page', mfn: mfn + 7 });
      script.call({ type: 'free_domheap_pages', mfn, order: 10 });
      return script.records.length;
    },
  },
  {
    rule: 'unmap-on-other-cpu',
    write: (script) => {
      const va = script.address({ type: 'map_domain_page', mfn: script.lastLargeBlock() });
      script.call({ type: 'unmap_domain_page', va, cpu: 1 });
      return script.records.length;
    },
  },
  {
    rule: 'use-after-unmap',
    write: (script) => {
      const va = script.address({ type: 'vmap', mfns: [script.lastLargeBlock()] });
      script.call({ type: 'vunmap', va });
      script.call({ type: 'access', va, write: true });
      return script.records.length;
    },
  },
  {
    rule: 'use-after-free',
    write: (script) => {
      const mfn = script.xenPages();
      const va = script.address({ type: 'mfn_to_virt', mfn });
      script.call({ type: 'free_xenheap_pages', mfn, order: 4 });
      script.call({ type: 'access', va, write: false });
      return script.records.length;
    },
  },
  {
    rule: 'access-unmapped',
    write: (script) => {
      const va = script.address({ type: 'mfn_to_virt', mfn: 100 });
      script.call({ type: 'access', va, write: false });
      return script.records.length;
    },
    breaks: { mode: 'direct-map-on-demand' },
    fine: ALL,
  },
  {
    rule: 'double-free',
    write: (script) => {
      const mfn = script.xenPages();
      script.call({ type: 'free_xenheap_pages', mfn, order: 4 });
      script.call({ type: 'free_xenheap_pages', mfn, order: 4 });
      return script.records.length;
    },
  },
  {
    rule: 'free-unallocated',
    // A page that this run never gave to the heap; a start-up that is planned anew gives it all.
    write: (script) => {
      script.call({ type: 'free_domheap_pages', mfn: 4095, order: 0 });
      return script.records.length;
    },
  },
  {
    rule: 'free-wrong-heap',
    write: (script) => {
      script.call({ type: 'free_domheap_pages', mfn: script.xenPages(), order: 4 });
      return script.records.length;
    },
  },
  {
    rule: 'order-mismatch',
    write: (script) => {
      script.call({ type: 'free_xenheap_pages', mfn: script.xenPages(), order: 3 });
      return script.records.length;
    },
  },
  {
    rule: 'xenheap-owned',
    write: (script) => {
      script.call({ type: 'domain_create', domain: 1, maxPages: 9999 });
      script.call({ type: 'assign_pages', domain: 1, mfn: script.xenPages(), order: 4 });
      return script.records.length;
    },
  },
  {
    rule: 'max-mfn-in-wrong-mode',
    write: () => 1,
    fine: { mode: 'direct-map-partial', heap: { xenheapMaxMfn: 2047 } },
  },
  {
    rule: 'leak',
    write: (script) => {
      script.xenPages();
      return script.records.length;
    },
  },
  {
    rule: 'offline-dirty',
    // Freed to a separate xen heap a page is clean (XEN-1), else it is dirty (XEN-4).
    write: (script) => {
      const mfn = script.frame({ type: 'alloc_xenheap_pages', order: 0 });
      script.call({ type: 'offline_page', mfn, broken: false });
      script.call({ type: 'free_xenheap_pages', mfn, order: 0 });
      return script.records.length;
    },
  },
  {
    rule: 'online-broken',
    write: (script) => {
      const mfn = script.xenPages();
      script.call({ type: 'offline_page', mfn, broken: true });
      script.call({ type: 'free_xenheap_pages', mfn, order: 4 });
      script.call({ type: 'online_page', mfn });
      return script.records.length;
    },
  },
];

/** The trace of a case, recorded with all RAM in the direct map. */
function traceOf({ rule, write }: Case): readonly [TimelineSource, number] {
  const script = new Script(ALL);
  if (rule === 'max-mfn-in-wrong-mode') script.call({ type: 'xenheap_max_mfn', mfn: 2047 });
  if (rule === 'free-unallocated') {
    script.call({ type: 'init_boot_pages', ...bytesOf(256, 4000) });
    script.call({ type: 'end_boot_allocator' });
  } else script.boot();
  const record = write(script);
  return [smallSource(script.records, { heap: ALL }), record];
}

describe('every rule', () => {
  it('[LINT-1] has a case', () => {
    expect(CASES.map(({ rule }) => rule)).toEqual(LINT_RULES);
  });

  it.each(CASES)('[LINT-2] $rule: broken under one layout, not under another', (one) => {
    const [source, record] = traceOf(one);
    const { rule, breaks = ALL, fine = SEPARATE } = one;
    expect(findings(source, breaks)).toContainEqual([record, rule]);
    expect(findings(source, fine).map(([, found]) => found)).not.toContain(rule);
  });
});

it('[LINT-11] what would stop Xen is told and left out: what comes behind is looked at too', () => {
  const script = new Script(ALL);
  script.call({ type: 'xenheap_max_mfn', mfn: 2047 });
  script.boot();
  const mfn = script.xenPages();
  for (let time = 0; time < 3; time++) script.call({ type: 'free_xenheap_pages', mfn, order: 4 });
  expect(findings(smallSource(script.records, { heap: ALL }), ALL)).toEqual([
    [1, 'max-mfn-in-wrong-mode'],
    [script.records.length - 1, 'double-free'],
    [script.records.length, 'double-free'],
  ]);
});

describe('transient mappings', () => {
  const mapped = (calls: number): TimelineSource => {
    const script = new Script(ALL).boot();
    const mfn = script.frame({ type: 'alloc_domheap_pages', order: 0 });
    const va = script.address({ type: 'map_domain_page', mfn });
    for (let made = 0; made < calls; made++) script.call({ type: 'query_page_offline', mfn, cpu: made % 2 });
    script.call({ type: 'unmap_domain_page', va });
    return smallSource(script.records, { heap: ALL });
  };
  const stashed = (source: TimelineSource, stashLimit: number): readonly number[] =>
    lint(source, { stashLimit }).flatMap(({ record, rule }) => (rule === 'stashed-transient' ? [record] : []));

  it('[LINT-3] [MAP-6] may live while their CPU makes as many calls as the limit says, those of others apart', () => {
    // Every other call is of CPU 0, and the unmapping is one more.
    expect(stashed(mapped(8), 5)).toEqual([]);
    expect(stashed(mapped(9), 5)).toHaveLength(1);
    expect(stashed(mapped(9), 4)).toEqual([3 + 2 + 9]);
    expect(stashed(mapped(9), 3)).toEqual([3 + 2 + 7]);
    expect(stashed(mapped(300), 100)).toHaveLength(1);
  });
});

describe('real traces', () => {
  it('[LINT-4] where Xen stopped for a wrong call, lint names it', async () => {
    const rules = async (name: string): Promise<readonly LintRule[]> => {
      const source = await corpusSource(`golden/4.17.direct-map-all.1node.${name}.heaplay.jsonl.gz`);
      return lint(source).flatMap(({ record, rule }) => (record === source.table.length ? [rule] : []));
    };
    expect(await rules('bug_doublefree')).toContain('double-free');
    expect(await rules('bug_onlinebroken')).toContain('online-broken');
  });

  it('[LINT-5] a boot of a real machine breaks no rule about frees but to trim what it allocated too large', async () => {
    const source = await corpusSource('recordings/x86-2g.4.17.heaplay.jsonl');
    const found = lint(source).filter(({ rule }) => rule !== 'leak');
    expect(found.map(({ rule }) => rule)).toEqual(['order-mismatch', 'order-mismatch', 'order-mismatch']);
    expect(found[0]?.message).toBe('free_xenheap_pages of 0x7ab4d, order 0: record 45 allocated it with order 4');
  });

  it.each(['direct-map-all', 'separate-xenheap', 'direct-map-on-demand'] as const)(
    '[LINT-6] under %s: the same findings every time, by record',
    async (mode) => {
      for (const name of ['4.23.direct-map-all.1node.offline', '4.6.direct-map-all.1node.misc']) {
        const source = await corpusSource(`golden/${name}.heaplay.jsonl.gz`);
        const heap = mode === 'separate-xenheap' ? { xenHeap: [0x800, 0xc00] as const } : {};
        const to = resolveSetup(source.header, { mode, heap });
        const found = lint(source, { to });
        expect(found).toEqual(lint(source, { to }));
        const records = found.map(({ record }) => record);
        expect(records).toEqual(records.toSorted((a, b) => a - b));
        expect(records.every((record) => record > 0 && record <= source.table.length)).toBe(true);
      }
    },
  );
});
