import { useQuery } from '@tanstack/react-query';
import { FlaskConical, MoreHorizontal, Pause, Pencil, Play, Rewind } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { TriggerSummary } from '../../../shared/contract/triggers.ts';
import { NextFires } from '../../calendar/CronFields.tsx';
import { missedWords, overlapWords } from '../../calendar/policies.ts';
import { ownZone, zoneTime } from '../../calendar/zones.ts';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { useAppEvent } from '../../data/events.ts';
import {
  Badge,
  Button,
  DropdownMenu,
  ErrorState,
  formatCount,
  formatUtc,
  IconButton,
  Skeleton,
  StatusBadge,
  Tabs,
  TimeText,
  TopBar,
} from '../../ui/index.ts';
import { BackfillDialog } from './BackfillDialog.tsx';
import { BackfillList } from './BackfillList.tsx';
import { FireHistory } from './FireHistory.tsx';
import { HookPanel } from './HookPanel.tsx';
import { RemoveTrigger } from './RemoveTrigger.tsx';
import { TestDialog } from './TestDialog.tsx';
import { TriggerDialog } from './TriggerDialog.tsx';
import { fileMissedWords, kindLook, triggerState, whenText } from './trigger-words.ts';
import { usePipelineNames, useTriggerActions } from './use-trigger-actions.ts';

type Shown = 'edit' | 'backfill' | 'remove' | 'test';

/** One trigger: when it fires next, what became of every fire, and what can be done with it. */
export function TriggerPage({ triggerId }: { triggerId: string }) {
  const [, navigate] = useHashLocation();
  const [shown, setShown] = useState<Shown>();
  const query = useQuery(orpc.triggers.get.queryOptions({ input: { id: triggerId } }));
  useAppEvent('run.changed', ({ run }) => {
    if (run.triggerId === triggerId) void query.refetch();
  });
  const trigger = query.data;
  const crumbs = [{ label: 'Schedules', href: '#/schedules' }, { label: trigger?.name ?? '…' }];
  if (!trigger)
    return (
      <>
        <TopBar crumbs={crumbs} />
        <div className="flex-1 bg-panel p-4">
          {query.isLoadingError ? (
            <ErrorState
              title={callError(query.error).message}
              where="The schedule could not be shown."
              onRetry={() => void query.refetch()}
              actions={<Button onClick={() => navigate('/schedules')}>All schedules</Button>}
            />
          ) : (
            <Skeleton lines={10} />
          )}
        </div>
      </>
    );
  const close = () => setShown(undefined);
  return (
    <>
      <TopBar crumbs={crumbs} aside={<StatusBadge {...triggerState(trigger)} />}>
        <TriggerActions trigger={trigger} show={setShown} />
      </TopBar>
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        {trigger.problem && (
          <div className="border-b border-line px-4 py-2">
            <ErrorState variant="inline" title={trigger.problem} />
          </div>
        )}
        {!trigger.problem && <LastFailure trigger={trigger} />}
        <TriggerBody trigger={trigger} />
      </section>
      {shown === 'edit' && <TriggerDialog trigger={trigger} close={close} />}
      {shown === 'backfill' && <BackfillDialog trigger={trigger} close={close} />}
      {shown === 'test' && <TestDialog trigger={trigger} close={close} />}
      {shown === 'remove' && (
        <RemoveTrigger trigger={trigger} close={close} onRemoved={() => navigate('/schedules')} />
      )}
    </>
  );
}

/** The reason of a failed fire in full, as long as it is the last word. */
function LastFailure({ trigger: { lastFire } }: { trigger: TriggerSummary }) {
  if (lastFire?.outcome !== 'failed') return null;
  return (
    <div className="border-b border-line px-4 py-2">
      <ErrorState
        variant="inline"
        title={lastFire.reason ?? 'Its last fire started no run.'}
        where="Its last fire started no run. Mend its parameters or the pipeline; the next fire tries again."
      />
    </div>
  );
}

function TriggerActions({ trigger, show }: { trigger: TriggerSummary; show: (what: Shown) => void }) {
  const [, navigate] = useHashLocation();
  const actions = useTriggerActions();
  const own = trigger.origin === 'own';
  return (
    <>
      {trigger.pausedAt === null ? (
        <Button variant="ghost" icon={Pause} onClick={() => actions.pause(trigger)}>
          Pause
        </Button>
      ) : (
        <Button variant="ghost" icon={Play} onClick={() => actions.resume(trigger)}>
          Resume
        </Button>
      )}
      {trigger.config.kind === 'cron' && (
        <Button variant="ghost" icon={Rewind} onClick={() => show('backfill')}>
          Backfill
        </Button>
      )}
      <Button
        variant="ghost"
        icon={Pencil}
        onClick={() => (own ? show('edit') : navigate(`/pipelines/${trigger.pipelineId}`))}
      >
        {own ? 'Edit' : 'Edit in the pipeline'}
      </Button>
      <Button variant="primary" icon={Play} onClick={() => actions.runNow(trigger)}>
        Run now
      </Button>
      <DropdownMenu
        align="end"
        trigger={<IconButton icon={MoreHorizontal} label="More" />}
        items={[
          { label: 'Test without running', icon: FlaskConical, onSelect: () => show('test') },
          { label: 'Open its pipeline', onSelect: () => navigate(`/pipelines/${trigger.pipelineId}`) },
          own && 'separator',
          own && { label: 'Delete', danger: true, onSelect: () => show('remove') },
        ]}
      />
    </>
  );
}

type Tab = 'history' | 'backfills' | 'hook';

function TriggerBody({ trigger }: { trigger: TriggerSummary }) {
  const [tab, setTab] = useState<Tab>('history');
  const isHook = trigger.config.kind === 'webhook';
  return (
    <div className="flex min-h-0 flex-1">
      <Tabs<Tab>
        label="Schedule"
        value={tab}
        onChange={setTab}
        className="min-w-0 flex-1"
        panelClass="flex min-h-0 flex-1 flex-col overflow-y-auto"
        items={[
          { value: 'history', label: 'History', content: <FireHistory triggerId={trigger.id} /> },
          ...(trigger.config.kind === 'cron'
            ? [
                {
                  value: 'backfills' as const,
                  label: 'Backfills',
                  content: <BackfillList trigger={trigger} />,
                },
              ]
            : []),
          ...(isHook
            ? [
                {
                  value: 'hook' as const,
                  label: 'Address and signature',
                  content: <HookPanel trigger={trigger} />,
                },
              ]
            : []),
        ]}
      />
      <aside aria-label="Settings" className="w-80 shrink-0 overflow-y-auto border-l border-line p-4">
        <Facts trigger={trigger} />
      </aside>
    </div>
  );
}

function Facts({ trigger }: { trigger: TriggerSummary }) {
  const { nameOf } = usePipelineNames();
  const { config, startAt, endAt, waiting } = trigger;
  const parameters = Object.entries(trigger.parameters);
  const zone = config.kind === 'cron' ? config.timezone : ownZone;
  return (
    <div className="flex flex-col gap-4">
      {config.kind === 'cron' && <Upcoming trigger={trigger} />}
      <dl className="flex flex-col gap-3">
        <Fact name="Runs">
          <a
            className="text-accent-text hover:underline"
            href={`#/pipelines/${trigger.pipelineId}`}
            dir="auto"
          >
            {trigger.pipelineName}
          </a>{' '}
          {trigger.environment === 'sandbox' && <Badge tone="violet">sandbox</Badge>}
        </Fact>
        <Fact name={kindLook[config.kind].title}>
          <span className={config.kind === 'cron' ? 'font-mono text-data' : undefined}>
            {whenText(config, nameOf)}
          </span>
        </Fact>
        {config.kind === 'cron' && (
          <>
            <Fact name="Times that were missed">{missedWords[config.missed]}</Fact>
            <Fact name="While a run is under way">{overlapWords[config.overlap]}</Fact>
            {config.jitterSeconds > 0 && (
              <Fact name="Spread">Starts up to {config.jitterSeconds} s later.</Fact>
            )}
          </>
        )}
        {config.kind === 'file' && (
          <>
            <Fact name="Fires">
              {config.on === 'arrives' ? 'Only when a file arrives' : 'When a file arrives or changes'}
              {config.subfolders && ', in subfolders too'}, once unchanged for {config.stableSeconds} s.
            </Fact>
            <Fact name="Files that came while Sluice was closed">{fileMissedWords[config.missed]}</Fact>
          </>
        )}
        {config.kind === 'webhook' && (
          <Fact name="Calls a minute that may start a run">{formatCount(config.perMinute)}</Fact>
        )}
        {waiting > 0 && <Fact name="Waiting">{waiting} for an earlier run to end</Fact>}
        {startAt && (
          <Fact name="Not before">
            <ZoneTime at={startAt} zone={zone} />
          </Fact>
        )}
        {endAt && (
          <Fact name="No more from">
            <ZoneTime at={endAt} zone={zone} />
          </Fact>
        )}
        {parameters.length > 0 && (
          <Fact name="Parameters">
            <ul className="font-mono text-data">
              {parameters.map(([name, value]) => (
                <li key={name} className="break-all">
                  {name} = {String(value)}
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-meta text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}

/** As it was typed: by the clocks of the schedule's zone. */
function ZoneTime({ at, zone }: { at: string; zone: string }) {
  return (
    <time dateTime={at} title={formatUtc(at)} className="nums">
      {zoneTime(at, zone)} <span className="text-muted">{zone}</span>
    </time>
  );
}

function Upcoming({ trigger }: { trigger: TriggerSummary }) {
  const cron = trigger.config.kind === 'cron' ? trigger.config.cron : '';
  const timezone = trigger.config.kind === 'cron' ? trigger.config.timezone : 'UTC';
  const { startAt, endAt, nextFireAt } = trigger;
  const preview = useQuery(
    orpc.triggers.preview.queryOptions({ input: { cron, timezone, startAt, endAt, count: 10 } }),
  );
  return (
    <>
      {trigger.pausedAt !== null ? (
        <p className="text-muted">Paused: none of these times runs.</p>
      ) : (
        nextFireAt && (
          <p>
            <span className="text-meta text-muted">Next</span>
            <br />
            <span className="text-title font-semibold nums">{zoneTime(nextFireAt, timezone)}</span>
            <br />
            <span className="text-meta text-muted">
              {timezone}, <TimeText at={nextFireAt} style="relative" />
            </span>
          </p>
        )
      )}
      <NextFires
        words={preview.data?.words ?? ''}
        next={preview.data?.next ?? []}
        timezone={timezone}
        broken={preview.data?.problem !== null && preview.data !== undefined}
        failure={preview.isError ? callError(preview.error).message : undefined}
      />
    </>
  );
}
