import { useView } from '../state/editor-context.ts';
import { onlyNode } from '../state/view-store.ts';
import { NodeInspector } from './NodeInspector.tsx';
import { PipelineInspector } from './PipelineInspector.tsx';
import { SeveralInspector } from './SeveralInspector.tsx';

/** The right panel: the one selected step, several, or the pipeline itself. */
export function Inspector() {
  const only = useView(onlyNode);
  const several = useView((view) => view.nodes.size > 1);
  return (
    <aside aria-label="Settings" className="flex h-full min-h-0 flex-col overflow-hidden bg-panel">
      {only ? <NodeInspector key={only} id={only} /> : several ? <SeveralInspector /> : <PipelineInspector />}
    </aside>
  );
}
