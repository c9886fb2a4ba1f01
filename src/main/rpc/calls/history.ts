import { withEventMeta } from '@orpc/server';
import type { LogEntry } from '../../../shared/contract/domain.ts';
import { SluiceError } from '../../../shared/errors/sluice-error.ts';
import type { BulkActs } from '../../services/run-bulk.ts';
import { type Implementer, untilStop } from '../base.ts';
import type { CallContext, RpcCore } from '../core.ts';

export function historyCalls(os: Implementer, core: RpcCore) {
  const calls = os.history;
  const { history } = core.services;
  return {
    count: calls.count.handler(({ input, signal }) => history.count(input, signal)),
    bulk: calls.bulk.handler(({ input, context, signal }) =>
      history.bulk(input, actsOf(core, context), untilStop(signal, core.stopping)),
    ),
    undo: calls.undo.handler(({ input }) => history.undo(input.undoId)),
    labels: calls.labels.handler(() => history.labels()),
    searches: calls.searches.handler(() => history.searches.list()),
    saveSearch: calls.saveSearch.handler(({ input }) => history.searches.save(input)),
    removeSearch: calls.removeSearch.handler(({ input }) => history.searches.remove(input.id)),
    orderSearches: calls.orderSearches.handler(({ input }) => history.searches.order(input.ids)),
    grid: calls.grid.handler(({ input }) => history.grid(input.pipelineId, input.limit)),
    calendar: calls.calendar.handler(({ input, signal }) =>
      history.calendar(input.pipelineId, input.days, signal),
    ),
    load: calls.load.handler(() => history.load()),
    followLogs: calls.followLogs.handler(({ input, signal, lastEventId }) => {
      const after = lastEventId === undefined ? input.after : lineOf(lastEventId);
      return withIds(history.followLogs({ ...input, after }, untilStop(signal, core.stopping)));
    }),
  };
}

async function* withIds(entries: AsyncIterable<LogEntry>): AsyncGenerator<LogEntry, void> {
  for await (const entry of entries) yield withEventMeta(entry, { id: String(entry.id) });
}

function lineOf(eventId: string): number {
  if (/^\d{1,15}$/.test(eventId)) return Number(eventId);
  throw new SluiceError('invalid_input', { reason: 'The last event id is not one of this stream.' });
}

/** A thousand runs repeated at once do not go before the next press of the Run button. */
const ofMany = { priority: 0, lane: 'bulk' };

function actsOf({ services: { runs }, engine }: RpcCore, { caller }: CallContext): BulkActs {
  return {
    cancel: (id) => void engine.cancel(id),
    retry: (id) => void runs.retryFailed(id, caller, ofMany),
    again: (id) => void runs.again(id, caller, 'same', ofMany),
    remove: (ids) => void runs.remove(ids),
    afterSome: () => engine.kick(),
  };
}
