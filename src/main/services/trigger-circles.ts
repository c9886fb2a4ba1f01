import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { PipelineDocument } from '../../shared/pipeline/document.ts';
import { fold } from '../store/connection.ts';
import type { Store } from '../store/open-store.ts';
import type { StoredTrigger } from '../store/triggers-repository.ts';

type Watching = Pick<StoredTrigger, 'id' | 'pipelineId' | 'config'>;

/**
 * Refuses a trigger that closes a circle: its pipeline, by way of other triggers, would start itself again and again.
 * Seen are triggers on pipelines, and triggers on datasets by the documents that save them. A circle that arises later,
 * by an edit of a document, is cut while it runs.
 */
export function refuseCircle(store: Store, trigger: Watching): void {
  if (trigger.config.kind !== 'pipeline' && trigger.config.kind !== 'dataset') return;
  const others = [...store.triggers.list({ kind: 'pipeline' }), ...store.triggers.list({ kind: 'dataset' })];
  const all: Watching[] = [...others.filter(({ id }) => id !== trigger.id), trigger];
  const documents = new Map<string, PipelineDocument | undefined>();
  const documentOf = (id: string): PipelineDocument | undefined => {
    if (!documents.has(id)) {
      const revision = store.pipelines.find(id)?.revision;
      documents.set(id, revision === undefined ? undefined : store.revisions.document(id, revision));
    }
    return documents.get(id);
  };
  const startedBy = (source: string): string[] =>
    all.filter((each) => reacts(each, source, documentOf(source))).map(({ pipelineId }) => pipelineId);
  const way = wayBack(trigger.pipelineId, startedBy);
  if (!way) return;
  const names = way.map((id) => store.pipelines.find(id)?.name ?? id);
  throw new SluiceError('invalid_input', {
    reason: `This trigger closes a circle: ${names.join(' → ')}. The pipelines would start one another for ever.`,
  });
}

function reacts({ config }: Watching, source: string, document: PipelineDocument | undefined): boolean {
  if (config.kind === 'pipeline') return config.pipelineId === source;
  if (config.kind !== 'dataset') return false;
  const wanted = fold(config.dataset);
  return (
    document?.nodes.some(
      (node) =>
        node.kind === 'save-dataset' && !node.disabled && fold(String(node.config.name ?? '')) === wanted,
    ) ?? false
  );
}

/** The shortest way from a pipeline back to itself. */
function wayBack(start: string, next: (id: string) => readonly string[]): string[] | undefined {
  const seen = new Set<string>();
  const ways: string[][] = [[start]];
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const id of next(way.at(-1) ?? start)) {
      if (id === start) return [...way, start];
      if (seen.has(id)) continue;
      seen.add(id);
      ways.push([...way, id]);
    }
  }
  return undefined;
}
