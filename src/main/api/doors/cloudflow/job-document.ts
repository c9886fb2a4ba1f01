import { definitionOf } from '../../../../nodes/_kit/registry.ts';
import type { KeySummary } from '../../../../shared/contract/domain.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { uuid } from '../../../../shared/kernel/ids.ts';
import {
  type PipelineDocument,
  type PipelineNode,
  parseEndpoint,
} from '../../../../shared/pipeline/document.ts';
import { refuseNewReach } from '../../../services/reach-beyond.ts';
import { documentToSteps, withSource } from '../../transformations/index.ts';

type FindDataset = (id: string) => { name: string; versionId?: string } | undefined;

/**
 * What a job executes: the pipeline's document, with the input in the place of its source where one is given, and with
 * a dataset at the end where nothing is written, so that there are results to fetch. The very same object where neither
 * is needed. Throws where the input cannot be read as an address, nothing says what it would replace, or the key may
 * not read it.
 */
export function jobDocument(
  document: PipelineDocument,
  input: string | undefined,
  key: Pick<KeySummary, 'pipelineIds'>,
  findDataset: FindDataset,
): PipelineDocument {
  if (input !== undefined) return withResults(withInput(document, input, key, findDataset));
  if (documentToSteps(document) && document.nodes.some((node) => lacksRows(node, document))) {
    throw new SluiceError('invalid_pipeline', {
      reason: "it has no step 'source'. Add one, or give the job an input.",
    });
  }
  return withResults(document);
}

/**
 * An id alone is that of a dataset or of a version, as results tell it. A key that is limited to pipelines finds by an
 * id what they made; anything else it may only name where its pipeline reads it anyway.
 */
function withInput(
  document: PipelineDocument,
  input: string,
  key: Pick<KeySummary, 'pipelineIds'>,
  findDataset: FindDataset,
): PipelineDocument {
  const text = input.trim();
  const id = text.replace(/^dataset:\/\//i, '').toLowerCase();
  const isId = uuid.safeParse(id).success;
  const isKnown = isId && findDataset(id) !== undefined;
  if (isId && !isKnown && !text.includes(':')) throw new SluiceError('not_found', { what: 'dataset', id });
  const made = withSource(document, isKnown ? `dataset://${id}` : input, { findDataset });
  if (!isKnown) refuseNewReach(key, document, made);
  return made;
}

function lacksRows({ id, kind }: PipelineNode, { edges }: PipelineDocument): boolean {
  const [input] = definitionOf(kind)?.inputs ?? [];
  return (
    input !== undefined && input.optional !== true && !edges.some(({ to }) => parseEndpoint(to).node === id)
  );
}

/** A graph with one loose end gets a dataset there. Several loose ends stay as they are: nobody could tell which. */
export function withResults(document: PipelineDocument): PipelineDocument {
  const { name, nodes, edges } = document;
  if (nodes.some(writes)) return document;
  const read = new Set(edges.map(({ from }) => parseEndpoint(from).node));
  const [end, another] = nodes.filter(({ id }) => !read.has(id));
  if (!end || another) return document;
  const id = freeId(new Set(nodes.map((node) => node.id)));
  const dataset = `${name.replace(/\p{Cc}/gu, ' ').slice(0, 190)} results`;
  const result: PipelineNode = { id, kind: 'save-dataset', config: { name: dataset, mode: 'replace' } };
  return { ...document, nodes: [...nodes, result], edges: [...edges, { from: end.id, to: id }] };
}

function writes({ kind, disabled }: PipelineNode): boolean {
  return disabled !== true && definitionOf(kind)?.group === 'output';
}

function freeId(taken: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? 'results' : `results_${count}`;
    if (!taken.has(id)) return id;
  }
}
