import { CircleSlash2, CopyPlus, LayoutGrid, Trash2 } from 'lucide-react';
import { Button } from '../../../ui/index.ts';
import { useEditor, useView } from '../state/editor-context.ts';

/** What can be done to several steps at once. */
export function SeveralInspector() {
  const { actions } = useEditor();
  const count = useView((view) => view.nodes.size);
  return (
    <div className="p-4">
      <h2 className="text-title font-semibold">{count} steps selected</h2>
      <div className="mt-3 flex flex-col items-start gap-1.5">
        <Button icon={LayoutGrid} onClick={() => void actions.tidy()}>
          Arrange them
        </Button>
        <Button icon={CopyPlus} onClick={actions.duplicate}>
          Duplicate
        </Button>
        <Button icon={CircleSlash2} onClick={() => actions.toggleDisabled()}>
          Disable or enable
        </Button>
        <Button icon={Trash2} onClick={() => actions.removeSelected()}>
          Delete
        </Button>
      </div>
    </div>
  );
}
