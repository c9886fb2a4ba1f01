import { ExternalLink, ScrollText, SquareFunction, StepForward, Table2, Workflow } from 'lucide-react';
import type { RunDetail, RunStep } from '../../../../shared/contract/domain.ts';
import type { MenuItems } from '../../../ui/index.ts';
import type { RunVerbs } from '../head/use-run-verbs.ts';
import { fromNote } from '../head/verb-words.ts';
import { isActive } from '../run-data.ts';
import { editorAddress } from './editor-address.ts';

interface StepMenuContext {
  readonly verbs: RunVerbs;
  readonly show: (tab: 'step' | 'log' | 'rows') => void;
}

/** What can be done with one step, the same in Gantt, graph and table. */
export function stepMenu(run: RunDetail, step: RunStep, { verbs, show }: StepMenuContext): MenuItems {
  const go = (address: string) => location.assign(address);
  return [
    { label: 'Show its log', icon: ScrollText, onSelect: () => show('log') },
    { label: 'Figures and SQL', icon: SquareFunction, onSelect: () => show('step') },
    { label: 'Show its rows', icon: Table2, onSelect: () => show('rows') },
    step.reusedFromRun !== null && {
      label: 'Open the run that kept its rows',
      icon: ExternalLink,
      onSelect: () => go(`#/runs/${step.reusedFromRun}?node=${step.nodeId}`),
    },
    'separator',
    {
      label: 'Run from here',
      note: isActive(run) ? 'Once this run has ended' : fromNote(run, step.nodeId),
      icon: StepForward,
      disabled: isActive(run) || verbs.busy,
      onSelect: () => verbs.runFrom(step.nodeId),
    },
    {
      label: 'Open in the editor',
      icon: Workflow,
      onSelect: () => go(editorAddress(run.pipelineId, step.nodeId)),
    },
  ];
}
