import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { DoorName, KeySummary } from '../../../shared/contract/domain.ts';
import { doorLook } from '../../access/doors.ts';
import {
  datasetPlace,
  keyPlace,
  pipelinePlace,
  type Snippet,
  type SnippetLanguage,
  snippetLanguages,
  snippets,
} from '../../access/snippets.ts';
import { orpc } from '../../data/client.ts';
import { isText, useKept } from '../../data/use-kept.ts';
import { CodeExample, Select } from '../../ui/index.ts';

interface KeySnippetsProps {
  readonly apiKey: Pick<KeySummary, 'scopes' | 'environment' | 'pipelineIds'>;
  /** The key itself, where it is at hand. */
  readonly secret?: string;
}

/** A first call for every API that the key opens, filled with the real address and things that are there. */
export function KeySnippets({ apiKey, secret }: KeySnippetsProps) {
  const [language, setLanguage] = useKept('snippet-language', 'curl', isText);
  const [door, setDoor] = useState<DoorName>();
  const info = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const places = usePlaces(apiKey);
  const url = info.data?.url ?? location.origin;
  const all = useMemo(
    () => snippets({ url, key: secret ?? keyPlace, ...places }, apiKey.scopes),
    [url, secret, places, apiKey.scopes],
  );
  const shown = all.find((each) => each.door === door) ?? all[0];
  if (!shown) return <p className="text-muted">Its rights open no API with an example.</p>;
  const known = snippetLanguages.find(({ value }) => value === language)?.value ?? 'curl';
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Select<DoorName>
        aria-label="API of the example"
        className="max-w-80"
        value={shown.door}
        onChange={setDoor}
        options={all.map((each) => ({
          value: each.door,
          label: `${doorLook(each.door).title}: ${each.title.toLowerCase()}`,
        }))}
      />
      <CodeExample<SnippetLanguage>
        label={`Example of ${doorLook(shown.door).title}`}
        languages={snippetLanguages}
        language={known}
        onLanguage={setLanguage}
        text={shown.text(known)}
      />
      <Hints snippet={shown} text={shown.text(known)} />
    </div>
  );
}

function Hints({ snippet: { needs }, text }: { snippet: Snippet; text: string }) {
  const hints = [
    text.includes(keyPlace) && `${keyPlace} stands for the key: it was shown once, when it was made.`,
    text.includes(pipelinePlace) &&
      `${pipelinePlace} is the id of a pipeline; none of its environment is there yet.`,
    text.includes(datasetPlace) &&
      `${datasetPlace} is the id of a dataset; none of its environment is there yet.`,
    text.includes('RUN_ID') && 'RUN_ID is the id of a run of that pipeline.',
    needs === 'pipeline' &&
      !text.includes(pipelinePlace) &&
      'Filled with the pipeline that was changed last.',
    needs === 'dataset' && !text.includes(datasetPlace) && 'Filled with the dataset that was changed last.',
  ].filter((hint) => hint !== false);
  if (hints.length === 0) return null;
  return <p className="text-meta text-muted">{hints.join(' ')}</p>;
}

/** A pipeline and a dataset that the key reaches, the newest first: an example that works as it stands. */
function usePlaces({ environment, pipelineIds }: KeySnippetsProps['apiKey']) {
  const pipelines = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  const datasets = useQuery(orpc.datasets.list.queryOptions({ input: {} }));
  return useMemo(() => {
    const pipeline = (pipelines.data ?? [])
      .filter((each) => each.environment === null || each.environment === environment)
      .filter(({ id }) => pipelineIds === null || pipelineIds.includes(id))
      .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))[0];
    // Which pipeline made a dataset is not known here: a limited key may not reach the newest.
    const dataset =
      pipelineIds === null
        ? (datasets.data ?? [])
            .filter((each) => each.environment === environment)
            .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))[0]
        : undefined;
    return { pipelineId: pipeline?.id ?? pipelinePlace, datasetId: dataset?.id ?? datasetPlace };
  }, [pipelines.data, datasets.data, environment, pipelineIds]);
}
