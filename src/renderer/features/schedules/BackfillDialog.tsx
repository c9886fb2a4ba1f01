import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import { fieldTime, zoneField, zoneTime } from '../../calendar/zones.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  Button,
  Checkbox,
  Dialog,
  ErrorState,
  Field,
  formatPlural,
  Input,
  NumberInput,
  toast,
} from '../../ui/index.ts';

const day = 86_400_000;
/** The fields hold minutes. */
const minuteBefore = (milliseconds: number): string =>
  new Date(Math.floor((Date.now() - milliseconds) / 60_000) * 60_000).toISOString();

/** A range of the past, counted before anything starts. */
export function BackfillDialog({ trigger, close }: { trigger: TriggerSummary; close: () => void }) {
  const [from, setFrom] = useState(() => minuteBefore(7 * day));
  const [to, setTo] = useState(() => minuteBefore(0));
  const [skipDone, setSkipDone] = useState(true);
  const [parallel, setParallel] = useState(1);
  const timezone = trigger.config.kind === 'cron' ? trigger.config.timezone : 'UTC';
  const range = { triggerId: trigger.id, from, to, skipDone };
  const count = useQuery({
    ...orpc.triggers.countBackfill.queryOptions({ input: range }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const cache = useQueryClient();
  const start = useMutation({
    mutationFn: () => client.triggers.startBackfill({ ...range, parallel }),
    onSuccess: async ({ total }) => {
      await cache.invalidateQueries({ queryKey: orpc.triggers.key() });
      toast.success(`Backfill of ${formatPlural(total, 'run')} started`, {
        description: 'Its progress stands under Backfills.',
      });
      close();
    },
  });
  const total = count.isError ? 0 : (count.data?.total ?? 0);
  const wrong = start.error ?? count.error;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={`Backfill “${trigger.name}”`}
      description="Runs the pipeline for times of the past, oldest first, behind all other runs. {slot} in its parameters is the time that is filled in."
      footer={
        <>
          <Button size="lg" onClick={close}>
            Cancel
          </Button>
          <Button
            size="lg"
            variant="primary"
            disabled={total === 0}
            loading={start.isPending}
            onClick={() => start.mutate()}
          >
            {total === 0 ? 'Start' : `Start ${formatPlural(total, 'run')}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="grid grid-cols-2 gap-4">
          <Field label="From" help={`Time in ${timezone}.`}>
            <Input
              type="datetime-local"
              value={zoneField(from, timezone)}
              onChange={(event) => setFrom(fieldTime(event.target.value, timezone) ?? from)}
            />
          </Field>
          <Field label="Up to" help="Not included.">
            <Input
              type="datetime-local"
              value={zoneField(to, timezone)}
              onChange={(event) => setTo(fieldTime(event.target.value, timezone) ?? to)}
            />
          </Field>
        </div>
        <Checkbox
          checked={skipDone}
          onChange={setSkipDone}
          label="Leave out times that a run succeeded for or is under way for"
        />
        <Field label="Runs at the same time">
          <NumberInput
            integer
            min={1}
            max={16}
            value={parallel}
            onChange={(value) => setParallel(value ?? 1)}
          />
        </Field>
        {wrong ? (
          <ErrorState variant="inline" title={callError(wrong).message} />
        ) : (
          <p aria-live="polite" className="rounded-md border border-line bg-sunken px-3 py-2">
            {count.data ? (
              <>
                <span className="font-medium">{formatPlural(total, 'run')}</span>
                {count.data.first && count.data.last && (
                  <span className="text-muted">
                    , {zoneTime(count.data.first, timezone)} to {zoneTime(count.data.last, timezone)}
                  </span>
                )}
                {count.data.leftOut > 0 && (
                  <span className="text-muted">; {formatPlural(count.data.leftOut, 'time')} left out</span>
                )}
              </>
            ) : (
              'Counting'
            )}
          </p>
        )}
      </div>
    </Dialog>
  );
}
