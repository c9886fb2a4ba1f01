import { Command, InvalidArgumentError } from 'commander';

export interface CommonOptions {
  readonly home?: string;
  readonly json?: boolean;
}

/** A command with what every command takes. */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--home <dir>', 'home folder (default: SLUICE_HOME, or the platform’s data folder)')
    .option('--json', 'print JSON for programs');
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535; 0 takes any free one.');
}

export function oneOf<Choice extends string>(choices: readonly Choice[]) {
  return (text: string): Choice => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice) return choice;
    throw new InvalidArgumentError(`Choose one of: ${choices.join(', ')}.`);
  };
}
