import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';

export function webhookCalls(os: Implementer, { services: { webhooks } }: RpcCore) {
  const calls = os.webhooks;
  return {
    list: calls.list.handler(() => webhooks.list()),
    get: calls.get.handler(({ input }) => webhooks.get(input.id)),
    create: calls.create.handler(({ input, context }) => webhooks.create(input, context.caller)),
    update: calls.update.handler(({ input, context }) => webhooks.update(input, context.caller)),
    pause: calls.pause.handler(({ input }) => webhooks.pause(input.id)),
    resume: calls.resume.handler(({ input }) => webhooks.resume(input.id, input.waiting)),
    rotateSecret: calls.rotateSecret.handler(({ input }) => webhooks.rotateSecret(input)),
    remove: calls.remove.handler(({ input }) => webhooks.remove(input.ids)),
    test: calls.test.handler(({ input }) => webhooks.test(input.id)),
    deliveries: calls.deliveries.handler(({ input }) => webhooks.deliveries(input)),
    delivery: calls.delivery.handler(({ input }) => webhooks.delivery(input.id)),
    replay: calls.replay.handler(({ input }) => webhooks.replay(input.ids)),
    hosts: calls.hosts.handler(() => webhooks.hosts()),
    saveHosts: calls.saveHosts.handler(({ input }) => webhooks.saveHosts(input.hosts)),
    allowHosts: calls.allowHosts.handler(({ input }) => webhooks.allowHosts(input.hosts, input.allowed)),
  };
}

export function eventCalls(os: Implementer, { services: { eventLog } }: RpcCore) {
  return { list: os.events.list.handler(({ input }) => eventLog.list(input)) };
}
