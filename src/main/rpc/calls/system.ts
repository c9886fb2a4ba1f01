import { type Implementer, untilStop } from '../base.ts';
import type { RpcCore } from '../core.ts';
import { eventStream } from '../event-stream.ts';

export function systemCalls(os: Implementer, core: RpcCore) {
  const calls = os.system;
  const { settings, samples, fsck } = core.services;
  return {
    info: calls.info.handler(() => systemInfo(core)),
    settings: calls.settings.handler(() => settings.get()),
    saveSettings: calls.saveSettings.handler(({ input }) => settings.save(input)),
    events: calls.events.handler(({ signal }) =>
      eventStream(core.events, [untilStop(signal, core.stopping)]),
    ),
    fsck: calls.fsck.handler(() => fsck.check()),
    signInLink: calls.signInLink.handler(() => core.signInLink()),
    addSamples: calls.addSamples.handler(() => samples.add()),
  };
}

async function systemInfo({ facts, engine }: RpcCore) {
  return {
    version: facts.version,
    url: facts.url(),
    home: facts.home,
    filesFolder: facts.filesFolder,
    head: facts.head,
    pid: process.pid,
    duckdb: facts.duckdb(),
    sqlite: facts.sqlite,
    ...engine.load(),
    diskBytes: await facts.diskBytes(),
    warnings: facts.warnings(),
  };
}
