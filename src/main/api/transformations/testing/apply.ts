import { runDocument, type TestSurroundings } from '../../../../nodes/_kit/test-kit.ts';
import { documentSchema, type PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { parseTransformations, type TransformationOptions, transformationNodes } from '../transformations.ts';

type Records = readonly Readonly<Record<string, unknown>>[];

/** A document that applies a list to records, saves the result and, where there is a check, what it rejects. */
export function documentFor(
  transformations: unknown,
  data: Records,
  options: Partial<TransformationOptions> = {},
): PipelineDocument {
  const list = parseTransformations(transformations);
  const part = transformationNodes(list, { after: 'received', rejected: 'result.rejected', ...options });
  return documentSchema.parse({
    name: 'Test',
    nodes: [
      { id: 'received', kind: 'rows', config: { rows: data } },
      ...part.nodes,
      { id: 'result', kind: 'save-dataset', config: { name: 'result' }, at: part.end },
    ],
    edges: [...part.edges, { from: part.last, to: 'result' }],
  });
}

/** The records that a list makes, and those of its first check's other side. */
export async function apply(
  transformations: unknown,
  data: Records,
  surroundings: TestSurroundings & { readonly options?: Partial<TransformationOptions> } = {},
): Promise<{ result: Records; rejected: Records; problems: string[] }> {
  const document = documentFor(transformations, data, surroundings.options);
  const rows = await runDocument(document, { nodeId: 'result' }, surroundings);
  const check = document.nodes.find(({ id }) => id.endsWith('_rejected'));
  const aside = check && (await runDocument(document, { nodeId: check.id }, surroundings));
  return {
    result: rows.rows,
    rejected: aside?.rows ?? [],
    problems: rows.problems.map(({ message }) => message),
  };
}
