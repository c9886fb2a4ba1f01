import { join } from 'node:path';
import { nextTurn } from '../../services/portions.ts';
import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';
import { exportFileName } from '../export-name.ts';
import { asAnswer } from '../writable.ts';

export function datasetCalls(os: Implementer, core: RpcCore) {
  const calls = os.datasets;
  const { datasets } = core.services;
  return {
    list: calls.list.handler(async ({ input }) => {
      const found = datasets.list(input);
      // Of ten thousand, reading and writing out take their time: each its own turn of the event loop.
      await nextTurn();
      return found;
    }),
    get: calls.get.handler(({ input }) => datasets.get(input.id)),
    rows: calls.rows.handler(async ({ input: { id, versionId, offset, ...page }, signal }) => {
      const { path } = datasets.versionFile(id, versionId);
      return asAnswer({ ...(await core.engine.page(path, { offset, ...page }, signal)), offset });
    }),
    summary: calls.summary.handler(async ({ input, signal }) =>
      asAnswer(await core.engine.summary(datasets.versionFile(input.id, input.versionId).path, signal)),
    ),
    exportFile: calls.exportFile.handler(async ({ input: { id, versionId, ...wished }, signal }) => {
      const { path, dataset, version } = datasets.versionFile(id, versionId);
      const { exportFormat } = core.services.workspaceSettings.get(dataset.environment);
      const options = { ...wished, format: wished.format ?? exportFormat };
      const fileName = exportFileName(dataset.name, version.number, options);
      const target = join(core.exportsFolder, fileName);
      const made = await core.engine.exportFile(path, { ...options, target }, signal);
      return { ...made, fileName, downloadPath: core.issueDownload({ path: made.path, fileName }) };
    }),
    rename: calls.rename.handler(({ input }) => datasets.rename(input.id, input.name)),
    pin: calls.pin.handler(({ input }) => datasets.pin(input.id, input.pinned)),
    remove: calls.remove.handler(({ input }) => datasets.remove(input.ids)),
  };
}
