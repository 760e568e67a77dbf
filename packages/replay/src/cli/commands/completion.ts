import { Argument } from 'commander';
import type { Command } from 'commander';
import type { Shell } from '../completion/scripts.ts';
import type { CommandContext } from '../context.ts';

const SHELLS: Readonly<Record<Shell, true>> = { bash: true, zsh: true, fish: true };

const INSTALL = `
Example, for this shell only:
  source <(heaplay completion bash)
  source <(heaplay completion zsh)
  heaplay completion fish | source

For good:
  heaplay completion bash > ~/.local/share/bash-completion/completions/heaplay
  heaplay completion zsh > a folder of $fpath, as _heaplay
  heaplay completion fish > ~/.config/fish/completions/heaplay.fish`;

/** `heaplay completion SHELL` */
export function completionCommand(program: Command, { terminal }: CommandContext): void {
  program
    .command('completion')
    .description('print a script that completes heaplay command lines in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .addHelpText('after', INSTALL)
    .action(async (shell: Shell) => {
      const { completionScript } = await import('../completion/scripts.ts');
      await terminal.out(completionScript(shell));
    });
}
