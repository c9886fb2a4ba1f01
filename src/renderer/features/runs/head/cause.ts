import type { RunDetail, RunTrigger } from '../../../../shared/contract/domain.ts';

const triggers: Record<RunTrigger, string> = {
  window: 'Window',
  api: 'API',
  cli: 'Command line',
  schedule: 'Schedule',
  webhook: 'Webhook',
  file: 'File',
  dataset: 'Dataset',
  pipeline: 'Pipeline',
};

const verbs = { again: 'Run again of', retry: 'Retry of', from: 'Run from a step of' } as const;

type Caused = Pick<
  RunDetail,
  'trigger' | 'cause' | 'originRun' | 'originVerb' | 'triggerId' | 'fromNode' | 'document'
>;

/** What started a run, and the address of that: the run that it repeats, or its schedule or trigger. */
export function causeOf(run: Caused): { text: string; href: string | undefined } {
  if (run.originRun && run.originVerb) {
    const node = run.document.nodes.find(({ id }) => id === run.fromNode);
    const verb =
      run.originVerb === 'from' && run.fromNode
        ? `From “${node?.title ?? run.fromNode}” on, of`
        : verbs[run.originVerb];
    return { text: `${verb} …${run.originRun.slice(-4)}`, href: `#/runs/${run.originRun}` };
  }
  const name = triggers[run.trigger];
  const text = run.cause === '' || run.cause === name ? name : `${name}: ${run.cause}`;
  return { text, href: run.triggerId ? `#/schedules/${run.triggerId}` : undefined };
}

/** Where a value came from: nobody changed it, or whoever started the run gave it. */
export function parameterSource(
  run: Pick<RunDetail, 'parameters' | 'document' | 'originRun'>,
  name: string,
): string {
  if (run.document.parameters[name]?.default === run.parameters[name]) return 'default';
  return run.originRun ? 'from the repeated run' : 'given at the start';
}
