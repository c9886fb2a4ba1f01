import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useMemo } from 'react';
import type { KeySummary } from '../../shared/contract/domain.ts';
import { client, orpc } from '../data/client.ts';
import { callError } from '../data/errors.ts';
import {
  Badge,
  buttonClass,
  DataList,
  EmptyState,
  FormError,
  IconButton,
  type ListColumn,
} from '../ui/index.ts';
import { KeyPicker } from './KeyPicker.tsx';
import { deedsOf, isCandidate, isOutside, type ReachedPipeline, reachingKeys } from './reach.ts';

interface AccessKeysProps {
  readonly pipeline: ReachedPipeline;
  readonly keys: readonly KeySummary[];
}

/** Which keys are let in. Those limited to some pipelines are added and taken away here. */
export function AccessKeys({ pipeline, keys }: AccessKeysProps) {
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: ({ id, allowed }: { id: string; allowed: boolean }) =>
      client.keys.allowPipeline({ id, pipelineId: pipeline.id, allowed }),
    onSuccess: () => cache.invalidateQueries({ queryKey: orpc.keys.key() }),
  });
  const reaching = useMemo(() => reachingKeys(keys, pipeline), [keys, pipeline]);
  const addable = useMemo(
    () => keys.filter((key) => isCandidate(key, pipeline) && isOutside(key, pipeline)),
    [keys, pipeline],
  );
  return (
    <section aria-label="Access control" className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-3">
        <h3 className="text-meta font-semibold">Access control: keys that reach it</h3>
        <span className="flex shrink-0 items-center gap-2">
          {addable.length > 0 && (
            <span className="flex w-64">
              <KeyPicker
                aria-label="Add a key"
                value={null}
                placeholder="Add a key"
                keys={addable}
                onChange={(id) => change.mutate({ id, allowed: true })}
              />
            </span>
          )}
          <a href={`#/keys?new=&pipeline=${pipeline.id}`} className={buttonClass('secondary', 'md')}>
            <Plus size={15} aria-hidden /> New key for it
          </a>
        </span>
      </div>
      <div className="flex h-48 flex-col overflow-hidden rounded-md border border-line">
        <DataList
          label="Keys that reach it"
          items={reaching}
          getId={getId}
          columns={columns}
          rowHeight={32}
          onOpen={({ id }) => location.assign(`#/keys/${id}`)}
          actions={(key) =>
            key.pipelineIds !== null && (
              <IconButton
                size="sm"
                icon={X}
                label={`Take “${key.name}” off`}
                disabled={change.isPending}
                onClick={() => change.mutate({ id: key.id, allowed: false })}
              />
            )
          }
          empty={
            <EmptyState title="No key reaches it" className="py-6">
              Make one for it, or add one that is limited to some pipelines.
            </EmptyState>
          }
        />
      </div>
      <p className="text-meta text-muted">
        A key that reaches all pipelines cannot be taken off one: limit it to some under “Edit rights”.
      </p>
      {change.error && <FormError title={callError(change.error).message} />}
    </section>
  );
}

const getId = ({ id }: KeySummary) => id;

const columns: readonly ListColumn<KeySummary>[] = [
  {
    id: 'name',
    title: 'Key',
    width: 'minmax(0, 2fr)',
    render: ({ name }) => (
      <span className="block truncate text-left font-medium" dir="auto" title={name}>
        {name}
      </span>
    ),
  },
  {
    id: 'environment',
    title: 'Environment',
    width: '80px',
    render: ({ environment }) => (
      <Badge tone={environment === 'live' ? 'accent' : 'violet'}>{environment}</Badge>
    ),
  },
  {
    id: 'may',
    title: 'May',
    width: 'minmax(0, 2fr)',
    render: ({ scopes }) => {
      const deeds = deedsOf(scopes);
      return deeds ? (
        <span className="truncate text-muted">{deeds}</span>
      ) : (
        <span className="text-faint" title="No right of it speaks of pipelines">
          nothing with it
        </span>
      );
    },
  },
  {
    id: 'why',
    title: 'Because',
    width: '96px',
    render: ({ pipelineIds }) => (
      <span className="text-muted">{pipelineIds === null ? 'reaches all' : 'was added'}</span>
    ),
  },
];
