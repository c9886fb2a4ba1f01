import { Code, ScrollText, Table2, TriangleAlert } from 'lucide-react';
import { Badge, Tabs } from '../../../ui/index.ts';
import { useEditor, useView } from '../state/editor-context.ts';
import type { BottomTab } from '../state/view-store.ts';
import { DataTab } from './DataTab.tsx';
import { LogTab } from './LogTab.tsx';
import { ProblemsTab } from './ProblemsTab.tsx';
import { SqlTab } from './SqlTab.tsx';

/** Under the canvas: rows of the selected step, its SQL, everything that is wrong, and the last run's log. */
export function BottomPanel() {
  const { view } = useEditor();
  const tab = useView((state) => state.tab);
  const errors = useView(
    (state) => state.checked.problems.filter((problem) => problem.severity === 'error').length,
  );
  const warnings = useView((state) => state.checked.problems.length) - errors;
  return (
    <section aria-label="Data and problems" className="h-full min-h-0 bg-panel">
      <Tabs<BottomTab>
        value={tab}
        onChange={(next) => view.setState({ tab: next })}
        label="Data and problems"
        className="h-full"
        panelClass="flex flex-col"
        items={[
          { value: 'data', label: 'Data', icon: Table2, content: <DataTab /> },
          { value: 'sql', label: 'SQL', icon: Code, content: <SqlTab /> },
          {
            value: 'problems',
            label: 'Problems',
            icon: TriangleAlert,
            badge:
              errors > 0 ? (
                <Badge tone="danger">{errors}</Badge>
              ) : warnings > 0 ? (
                <Badge tone="warning">{warnings}</Badge>
              ) : undefined,
            content: <ProblemsTab />,
          },
          { value: 'log', label: 'Log', icon: ScrollText, content: <LogTab /> },
        ]}
      />
    </section>
  );
}
