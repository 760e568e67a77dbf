import type { Command, Option } from 'commander';

/** Something that may stand in the place of the unfinished word. */
interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What may stand there: candidates, and whether any file will do. */
interface Completion {
  readonly candidates: readonly Candidate[];
  readonly files: boolean;
}

const NOTHING: Completion = { candidates: [], files: false };
const FILES: Completion = { candidates: [], files: true };

/**
 * What may come next on a command line, for the scripts of `heaplay completion`. `words`: those behind `heaplay`, the
 * unfinished one last, as the shell splits them; bash makes three of `--mode=x`.
 */
export function completeLine(program: Command, words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  const current = last === '=' ? '' : last;
  const { candidates, files } = complete(program, words.slice(0, -1), current);
  // Of --mode=x the shell wants to know what may stand for the x.
  const typed = current.startsWith('--') ? current.slice(current.indexOf('=') + 1) : current;
  const lines = candidates
    .filter(({ value }) => value.startsWith(typed))
    .map(({ value, description }) => `${value}\t${description}\n`);
  return `${lines.join('')}${files ? ':files' : ':none'}\n`;
}

function complete(program: Command, before: readonly string[], current: string): Completion {
  let command = program;
  let operands = 0;
  let onlyOperands = false;
  let open: Option | undefined;
  for (const word of before) {
    if (open !== undefined) {
      if (word !== '=') open = undefined;
    } else if (onlyOperands || word === '-' || !word.startsWith('-')) {
      const called = operands === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (called === undefined) operands++;
      else command = called;
    } else if (word === '--') {
      onlyOperands = true;
    } else if (!word.includes('=')) {
      const option = optionOf(command, word);
      if (option?.required === true) open = option;
    }
  }
  if (open !== undefined) return valueOf(open);
  if (!onlyOperands && current.startsWith('-')) {
    const equals = current.indexOf('=');
    if (equals < 0) return { candidates: optionsOf(command), files: false };
    const option = optionOf(command, current.slice(0, equals));
    return option === undefined ? NOTHING : valueOf(option);
  }
  const { candidates, files } = operandOf(command, operands);
  return { candidates: operands === 0 ? [...commandsOf(command), ...candidates] : candidates, files };
}

function optionOf(command: Command, name: string): Option | undefined {
  return command.options.find(({ long, short }) => long === name || short === name);
}

/** Every option with its long name, `--help` among them. */
function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, description }) => ({ value: long ?? '', description }));
}

function commandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), description: one.description() }));
}

function valueOf(option: Option): Completion {
  if (option.argChoices !== undefined) return choices(option.argChoices);
  return option.flags.endsWith('<file>') ? FILES : NOTHING;
}

function operandOf(command: Command, at: number): Completion {
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[at] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return NOTHING;
  if (argument.argChoices !== undefined) return choices(argument.argChoices);
  return /(^|-)(trace|file|command)$/.test(argument.name()) ? FILES : NOTHING;
}

function choices(values: readonly string[]): Completion {
  return { candidates: values.map((value) => ({ value, description: '' })), files: false };
}
