import { type ReactNode, useState } from 'react';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { Button, Combobox, Field, Popover } from '../../../ui/index.ts';
import { failuresOf } from '../step/failure.ts';
import type { RunVerbs } from './use-run-verbs.ts';
import { fromWords } from './verb-words.ts';

interface RunFromProps {
  readonly run: RunDetail;
  readonly verbs: RunVerbs;
  readonly focus: string | undefined;
  readonly trigger: ReactNode;
}

/** Chooses the step that a new run starts from: the one in focus, else the one that failed, else the first. */
export function RunFrom({ run, verbs, focus, trigger }: RunFromProps) {
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const node = chosen ?? focus ?? failuresOf(run)[0]?.step.nodeId ?? run.steps[0]?.nodeId;
  return (
    <Popover
      label="Run from a step"
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setChosen(undefined);
      }}
      align="end"
      className="flex w-80 flex-col gap-3"
      trigger={trigger}
    >
      <Field label="Run from">
        <Combobox
          value={node ?? null}
          onChange={(next) => setChosen(next ?? undefined)}
          options={run.steps.map(({ nodeId, title }) => ({ value: nodeId, label: title, note: nodeId }))}
          searchPlaceholder="Find a step"
        />
      </Field>
      {node && <p className="text-meta text-muted">{fromWords(run, node)}</p>}
      <Button
        variant="primary"
        className="self-end"
        disabled={!node || verbs.busy}
        onClick={() => {
          setOpen(false);
          if (node) verbs.runFrom(node);
        }}
      >
        Run from here
      </Button>
    </Popover>
  );
}
