import { join } from 'node:path';
import type { RunnerLimits, XmlTask } from '../runner/protocol.ts';
import type { InteractiveLane } from './interactive-lane.ts';

const longestMilliseconds = 30_000;

/** Reads XML in a process of its own: a body that is made to hurt hurts nobody else. */
export class XmlReader {
  readonly #lane: InteractiveLane;
  readonly #limits: () => Promise<RunnerLimits>;

  constructor(lane: InteractiveLane, limits: () => Promise<RunnerLimits>) {
    this.#lane = lane;
    this.#limits = limits;
  }

  /**
   * `write` puts the body into a file; `read` gets the file of the JSON that it stands for. Both files are gone
   * afterwards. Throws invalid_input for what is no XML.
   */
  convert<Result>(
    write: (path: string) => Promise<void>,
    read: (path: string) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return this.#lane.run(
      async ({ scratch, perform }) => {
        const path = join(scratch, 'body.xml');
        await write(path);
        const task: XmlTask = { task: 'xml', path, scratch, limits: await this.#limits() };
        const converted = await perform(task);
        return read(converted.path);
      },
      { signal, timeoutMilliseconds: longestMilliseconds },
    );
  }
}
