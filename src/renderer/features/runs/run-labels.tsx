import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RunSummary } from '../../../shared/contract/domain.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Badge, Button, Dialog, Field, formatPlural, MultiCombobox, type Option } from '../../ui/index.ts';

/** Labels in use, the most used first, as choices. */
export function useLabelOptions(): Option[] {
  const { data = [] } = useQuery(orpc.history.labels.queryOptions({ input: {} }));
  return data.map(({ label, runs }) => ({ value: label, label, note: formatPlural(runs, 'run') }));
}

/** The first labels of a run, and how many more there are. */
export function RunLabels({ labels, shown = 2 }: { labels: readonly string[]; shown?: number }) {
  const rest = labels.slice(shown);
  return (
    <>
      {labels.slice(0, shown).map((label) => (
        <span key={label} className="inline-flex max-w-28 min-w-0" title={label}>
          <Badge>
            <span className="truncate" dir="auto">
              {label}
            </span>
          </Badge>
        </span>
      ))}
      {rest.length > 0 && (
        <span className="shrink-0 text-meta text-muted nums" title={rest.join(', ')}>
          +{rest.length}
        </span>
      )}
    </>
  );
}

/** Labels of one run, also after its end. */
export function EditLabels({ run, onClose }: { run: RunSummary; onClose: () => void }) {
  const [labels, setLabels] = useState<string[]>(run.labels);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const options = useLabelOptions();
  const save = async () => {
    setBusy(true);
    try {
      await client.runs.annotate({ id: run.id, labels });
      onClose();
    } catch (reason) {
      setError(callError(reason).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Labels of this run"
      width="sm"
      footer={
        <>
          <Button size="lg" onClick={onClose}>
            Cancel
          </Button>
          <Button size="lg" variant="primary" loading={busy} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <Field label="Labels" help="Runs can be found by them. A new one is made by typing it." error={error}>
        <MultiCombobox
          freeText
          value={labels}
          onChange={(next) => setLabels(next.map((label) => label.trim().slice(0, 60)).filter(Boolean))}
          options={options}
          placeholder="None"
          searchPlaceholder="Find or make a label"
        />
      </Field>
    </Dialog>
  );
}
