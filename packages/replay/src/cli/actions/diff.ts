import { lastValueFrom } from 'rxjs';
import { diffConfigurations } from '../../diff/diff-configurations.ts';
import { differs } from '../../diff/diff-result.ts';
import type { DiffResult } from '../../diff/diff-result.ts';
import { diffTraces } from '../../diff/diff-traces.ts';
import { sameSetup } from '../../rebase/reconfigure.ts';
import type { CommandContext } from '../context.ts';
import { wantedSetup } from '../config-change.ts';
import type { ConfigOptions } from '../config-options.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { diffReport } from '../diff-report.ts';
import { checkStdin, openTraceFile } from '../open-trace.ts';

/** What the options of `heaplay diff` say. */
export interface DiffOptions extends ConfigOptions {
  /** Most moved allocations that are told one by one. */
  readonly moves?: number;
  readonly json?: boolean;
}

/** `heaplay diff` */
export async function diffAction(
  path: string,
  other: string | undefined,
  options: DiffOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  checkStdin([path, other]);
  const told = options.moves === undefined ? {} : { moves: options.moves };
  const trace = await openTraceFile(path, terminal.err);
  const from = { machine: trace.header.machine, heap: trace.header.heap };
  let result: DiffResult;
  if (other === undefined) {
    const to = wantedSetup(from, options);
    if (sameSetup(from, to)) {
      throw new UsageError(
        'diff: nothing to compare with: the configuration is the recorded one. Next: give a second trace, or another --mode, --xen, --set or --config',
      );
    }
    result = await lastValueFrom(trace.batches.pipe(diffConfigurations(trace.name, from, to, told)));
  } else {
    if (!sameSetup(from, wantedSetup(from, options))) {
      throw new UsageError(
        'diff: two traces are compared under their own configurations. Next: leave out --mode, --xen, --set and --config',
      );
    }
    const second = await openTraceFile(other, terminal.err);
    result = await lastValueFrom(diffTraces(trace, second, told));
  }
  await terminal.out(options.json === true ? `${JSON.stringify(result)}\n` : diffReport(result));
  return differs(result) ? EXIT.no : EXIT.ok;
}
