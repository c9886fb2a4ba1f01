import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';
import { asAnswer } from '../writable.ts';

export function triggerCalls(os: Implementer, { services: { triggers }, triggerLoop }: RpcCore) {
  const calls = os.triggers;
  const { backfills } = triggers;
  return {
    list: calls.list.handler(({ input }) => asAnswer(triggers.list(input))),
    get: calls.get.handler(({ input }) => asAnswer(triggers.get(input.id))),
    create: calls.create.handler(async ({ input: { pipelineId, ...settings } }) =>
      asAnswer(await triggers.create(pipelineId, settings)),
    ),
    update: calls.update.handler(({ input: { id, ...settings } }) => asAnswer(triggers.update(id, settings))),
    pause: calls.pause.handler(({ input }) => asAnswer(triggers.pause(input.id))),
    resume: calls.resume.handler(({ input }) => asAnswer(triggers.resume(input.id))),
    remove: calls.remove.handler(async ({ input }) => {
      await triggers.remove(input.id);
      return {};
    }),
    preview: calls.preview.handler(({ input }) => triggers.preview(input)),
    fires: calls.fires.handler(({ input: { id, ...page } }) => {
      const fires = triggers.fires({ triggerId: id, ...page });
      return { fires, next: fires.length === page.limit ? (fires.at(-1)?.id ?? null) : null };
    }),
    runNow: calls.runNow.handler(({ input }) => triggers.runNow(input.id)),
    test: calls.test.handler(({ input }) => asAnswer(triggers.test(input.id))),
    rotateSecret: calls.rotateSecret.handler(async ({ input }) => ({
      secret: await triggers.rotateSecret(input.id, input.overlapHours),
    })),
    status: calls.status.handler(() => ({
      now: new Date().toISOString(),
      ...triggerLoop.status(),
      nextFireAt: triggers.nextDue(),
      ...triggers.counts(),
    })),
    countBackfill: calls.countBackfill.handler(({ input }) => backfills.count(input)),
    startBackfill: calls.startBackfill.handler(({ input }) => backfills.start(input)),
    backfills: calls.backfills.handler(({ input }) => backfills.list(input.triggerId)),
    pauseBackfill: calls.pauseBackfill.handler(({ input }) => backfills.pause(input.id)),
    resumeBackfill: calls.resumeBackfill.handler(({ input }) => backfills.resume(input.id)),
    stopBackfill: calls.stopBackfill.handler(({ input }) => backfills.stop(input.id)),
  };
}
