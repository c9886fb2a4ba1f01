import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { DomainEvent } from '../../../shared/contract/domain-events.ts';
import { type CommonOptions, command } from '../options.ts';
import { printJson, printLine } from '../output.ts';
import { withSession } from '../session.ts';

interface EventsOptions extends CommonOptions {
  readonly after?: number;
  readonly types?: string[];
  readonly limit?: number;
  readonly follow?: boolean;
}

const pollMilliseconds = 500;

/** The domain events, as they were recorded; with `--json` one line of JSON an event. */
export function eventsCommand(): Command {
  return command('events', 'what happened, oldest first; --json prints a line an event')
    .option('--after <seq>', 'only those recorded after this one (default: the newest)', wholeNumber)
    .option('--types <list>', 'comma-separated: names, run.* or *', (text) => text.split(','))
    .option('--limit <number>', 'how many (default: 100)', wholeNumber)
    .option('--follow', 'go on as more happens, until stopped')
    .action(async ({ home, json, follow, ...wish }: EventsOptions) => {
      await withSession(home, async ({ client }) => {
        const limit = wish.limit ?? 100;
        let page = await client.events.list({ after: wish.after, types: wish.types, limit });
        print(page.events, json);
        while (follow) {
          if (page.events.length < limit) await sleep(pollMilliseconds);
          page = await client.events.list({ after: page.next, types: wish.types, limit });
          print(page.events, json);
        }
      });
    });
}

function print(events: readonly DomainEvent[], json: boolean | undefined): void {
  for (const event of events) {
    if (json) printJson(event);
    else printLine(`${event.seq}  ${event.time}  ${event.type}  ${JSON.stringify(event.data)}`);
  }
}

function wholeNumber(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number.');
}
