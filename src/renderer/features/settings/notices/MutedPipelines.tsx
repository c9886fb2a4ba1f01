import { useQuery } from '@tanstack/react-query';
import { BellOff, X } from 'lucide-react';
import { orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { Awaited, Combobox, IconButton } from '../../../ui/index.ts';
import { Section } from '../Section.tsx';
import { useSaveNotices } from './use-save-notices.ts';

/** Pipelines of which nothing is told on any channel. */
export function MutedPipelines({ muted }: { muted: readonly string[] }) {
  const save = useSaveNotices();
  const query = useQuery(orpc.pipelines.list.queryOptions({ input: {} }));
  const all = query.data ?? [];
  const names = new Map(all.map(({ id, name }) => [id, name]));
  return (
    <Section title="Muted pipelines" help="Nothing is told of these, on any channel.">
      <Awaited
        pending={query.isPending}
        failure={query.isLoadingError ? callError(query.error).message : undefined}
        onRetry={() => void query.refetch()}
        lines={2}
      >
        {() => (
          <>
            {muted.length > 0 && (
              <ul aria-label="Muted pipelines" className="flex flex-col gap-1">
                {muted.map((id) => {
                  const name = names.get(id) ?? 'a pipeline that was deleted';
                  return (
                    <li
                      key={id}
                      className="flex items-center gap-2 rounded-md border border-line py-1 pr-1 pl-2.5"
                    >
                      <BellOff aria-hidden size={15} className="shrink-0 text-muted" />
                      <span className="min-w-0 flex-1 truncate" dir="auto" title={name}>
                        {name}
                      </span>
                      <IconButton
                        size="sm"
                        label={`Tell of ${name} again`}
                        icon={X}
                        onClick={() =>
                          save.mutate({ settings: { muted: muted.filter((other) => other !== id) } })
                        }
                      />
                    </li>
                  );
                })}
              </ul>
            )}
            <div className="w-80">
              <Combobox
                aria-label="Mute a pipeline"
                value={null}
                placeholder="Mute a pipeline"
                searchPlaceholder="Search pipelines"
                empty="No pipeline matches"
                onChange={(id) => id && save.mutate({ settings: { muted: [...muted, id] } })}
                options={all
                  .filter(({ id }) => !muted.includes(id))
                  .map(({ id, name }) => ({ value: id, label: name }))}
              />
            </div>
            {save.error && (
              <p role="alert" className="text-status-failed">
                {callError(save.error).message}
              </p>
            )}
          </>
        )}
      </Awaited>
    </Section>
  );
}
