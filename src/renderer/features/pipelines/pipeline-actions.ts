import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { PipelineSummary } from '../../../shared/contract/domain.ts';
import { emptyDocument } from '../../../shared/pipeline/document.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { saveTextFile } from '../../data/save-file.ts';
import { copyText, formatPlural, toast } from '../../ui/index.ts';

type TextFormat = 'yaml' | 'json';

/** What the list does with pipelines; each says how it went, and deleting can be undone. */
export function usePipelineActions() {
  const [, navigate] = useHashLocation();
  const cache = useQueryClient();
  const refresh = useCallback(
    () => cache.invalidateQueries({ queryKey: orpc.pipelines.list.key() }),
    [cache],
  );
  const attempt = useCallback(
    async (what: string, act: () => Promise<void>) => {
      try {
        await act();
        await refresh();
      } catch (error) {
        toast.error(what, { description: callError(error).message });
      }
    },
    [refresh],
  );

  const creation = useMutation({
    mutationFn: () => client.pipelines.create({ document: emptyDocument('Untitled pipeline') }),
    onSuccess: ({ id }) => navigate(`/pipelines/${id}`),
    onError: (error) =>
      toast.error('The pipeline was not created', { description: callError(error).message }),
  });

  const remove = (pipelines: readonly PipelineSummary[]) => {
    const ids = pipelines.map(({ id }) => id);
    const what = pipelines.length === 1 ? `“${pipelines[0]?.name}”` : formatPlural(ids.length, 'pipeline');
    return attempt('Nothing was deleted', async () => {
      await client.pipelines.remove({ ids });
      toast.undo(`Deleted ${what}`, {
        action: () =>
          void attempt('It could not be brought back', async () => {
            await client.pipelines.restore({ ids });
          }),
      });
    });
  };

  return {
    create: creation.mutate as () => void,
    creating: creation.isPending,
    /** Throws what went wrong: its dialog says it in place. */
    rename: async ({ id }: PipelineSummary, name: string) => {
      await client.pipelines.rename({ id, name });
      await refresh();
    },
    remove: (pipelines: readonly PipelineSummary[]) => void remove(pipelines),
    duplicate: ({ id, name }: PipelineSummary) =>
      void attempt(`“${name}” was not duplicated`, async () => {
        const copy = await client.pipelines.duplicate({ id });
        toast.success(`Made “${copy.name}”`, {
          action: { label: 'Open', run: () => navigate(`/pipelines/${copy.id}`) },
        });
      }),
    exportText: ({ id, name }: PipelineSummary, format: TextFormat) =>
      void attempt(`“${name}” was not exported`, async () => {
        const { fileName, text } = await client.pipelines.exportText({ id, format });
        saveTextFile(fileName, text);
      }),
    copyId: ({ id }: PipelineSummary) =>
      void attempt('The id was not copied', async () => {
        await copyText(id);
        toast.success('Copied the pipeline’s id');
      }),
    addSamples: () =>
      void attempt('The samples were not added', async () => {
        const { added } = await client.system.addSamples({});
        toast.success(
          added ? `Added ${formatPlural(added, 'sample pipeline')}` : 'The samples are already here',
        );
      }),
    importFiles: async (files: readonly File[]) => {
      for (const file of files) await attempt(`“${file.name}” was not imported`, () => importFile(file));
    },
  };
}

async function importFile(file: File): Promise<void> {
  const format = file.name.endsWith('.json') ? 'json' : 'yaml';
  const { pipeline, problems } = await client.pipelines.importText({ text: await file.text(), format });
  const open = { label: 'Open', run: () => window.location.assign(`#/pipelines/${pipeline.id}`) };
  const found = problems.length === 0 ? undefined : `${formatPlural(problems.length, 'problem')} to mend.`;
  toast.success(`Imported “${pipeline.name}”`, { description: found, action: open });
}
