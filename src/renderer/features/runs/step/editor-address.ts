import { hashAddress } from '../../../data/hash-query.ts';

/** Where the editor opens a pipeline at one of its steps. */
export const editorAddress = (pipelineId: string, nodeId: string | undefined): string =>
  hashAddress(`#/pipelines/${pipelineId}`, { node: nodeId });
