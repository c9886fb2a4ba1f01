import type { PipelineDetail } from '../../../../shared/contract/domain.ts';
import { client } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { placeAll } from '../../../graph/places.ts';
import { createDocumentStore } from '../../../stores/document.ts';
import { createAutosave } from '../saving/autosave.ts';
import type { Revision } from '../saving/save-machine.ts';
import { type CanvasHandle, createActions } from './actions.ts';
import type { Editor } from './editor-context.ts';
import { createViewStore } from './view-store.ts';

/** Pipelines longer than this open with the overview, until a person chose otherwise. */
const readableNodes = 10;

/** Opens a pipeline for editing. Call `autosave.stop()` when it is closed; it still sends what is unsaved. */
export function createEditor(detail: PipelineDetail): Editor {
  const placed = ({ revision, document }: Revision): Revision => ({ revision, document: placeAll(document) });
  const start = placed(detail);
  const documents = createDocumentStore(start.document);
  const view = createViewStore(start.document.nodes.length > readableNodes);
  const canvas: { current: CanvasHandle | undefined } = { current: undefined };
  const autosave = createAutosave(
    documents,
    detail.id,
    start,
    {
      get: async () => placed(await client.pipelines.get({ id: detail.id })),
      save: async (baseRevision, document) =>
        (await client.pipelines.save({ id: detail.id, baseRevision, document })).revision,
      copy: async (document) => {
        await client.pipelines.create({
          document: { ...document, name: `${document.name} (my copy)`.slice(0, 200) },
        });
      },
      readError: callError,
    },
    localStorage,
  );
  return {
    pipelineId: detail.id,
    documents,
    view,
    actions: createActions(documents, view, canvas),
    autosave,
    canvas,
  };
}
