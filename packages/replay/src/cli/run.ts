import { main } from './main.ts';
import { processTerminal } from './terminal.ts';

/** Runs the command with the process's own arguments and streams. */
export async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), processTerminal());
}
