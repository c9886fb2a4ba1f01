import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { formatPlural } from '../../../ui/index.ts';
import { nodesBelow } from '../step/failure.ts';

/** What each way to start again will do with this very run, said before it is done. */
export function retryWords(run: RunDetail): string {
  const kept = run.steps.filter(
    ({ status, hasRows }) => hasRows && (status === 'succeeded' || status === 'reused'),
  );
  if (run.mode === 'fast' || kept.length === 0)
    return 'A new run of the same revision with the same parameters. This one kept no rows, so every step is executed.';
  return `A new run of the same revision with the same parameters. The rows of ${formatPlural(kept.length, 'step')} that this run kept are reused; the others are executed.`;
}

export function againWords(run: RunDetail): string {
  return `A new run of revision ${run.revision} with the same parameters, from the start. Steps that did not change may be reused.`;
}

export const newestWords = 'The pipeline as it is now';

export function fromWords(run: RunDetail, nodeId: string): string {
  const below = nodesBelow(run.document, nodeId).size;
  const these =
    below === 0 ? 'This step is' : `This step and the ${formatPlural(below, 'step')} below it are`;
  return `A new run. ${these} executed whatever was kept; what is above is reused where its rows were kept.`;
}

/** The same for a menu. */
export function fromNote(run: RunDetail, nodeId: string): string {
  const below = nodesBelow(run.document, nodeId).size;
  return below === 0 ? 'It alone is executed' : `It and ${formatPlural(below, 'step')} below are executed`;
}

export const cancelWords = 'Stops its query at once. Nothing that it wrote so far is published.';
