import { useQuery } from '@tanstack/react-query';
import { CalendarClock, Play, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import { type TriggerKind, type TriggerSummary, triggerKinds } from '../../../shared/contract/triggers.ts';
import { ownZone, zoneClock, zoneTime } from '../../calendar/zones.ts';
import { awaiting } from '../../data/awaiting.ts';
import { orpc } from '../../data/client.ts';
import {
  Awaited,
  Badge,
  Button,
  copyText,
  cx,
  DataList,
  DropdownMenu,
  EmptyState,
  FilterBar,
  formatPlural,
  IconButton,
  type ListColumn,
  SearchInput,
  Select,
  StatusBadge,
  TimeText,
  TopBar,
} from '../../ui/index.ts';
import { RemoveTrigger } from './RemoveTrigger.tsx';
import { SchedulerLight } from './SchedulerLight.tsx';
import { TriggerDialog } from './TriggerDialog.tsx';
import {
  kindLook,
  outcomeLook,
  type TriggerState,
  triggerState,
  triggerStates,
  whenText,
} from './trigger-words.ts';
import { usePipelineNames, useTriggerActions } from './use-trigger-actions.ts';

type Opened = { kind: TriggerKind } | { trigger: TriggerSummary };

/** Everything that starts runs by itself: when it fires next, and what became of the last time. */
export function SchedulesPage() {
  const [, navigate] = useHashLocation();
  const [opened, setOpened] = useState<Opened>();
  const [removing, setRemoving] = useState<TriggerSummary>();
  const [search, setSearch] = useState('');
  const [kind, setKind] = useState<TriggerKind | 'all'>('all');
  const [state, setState] = useState<'any' | TriggerState>('any');
  const query = useQuery(orpc.triggers.list.queryOptions({ input: {} }));
  const actions = useTriggerActions();
  const { nameOf } = usePipelineNames();
  const all = useMemo(() => query.data ?? [], [query.data]);
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return all
      .filter((each) => kind === 'all' || each.config.kind === kind)
      .filter((each) => state === 'any' || triggerState(each).label === state)
      .filter((each) =>
        `${each.name} ${each.pipelineName} ${whenText(each.config, nameOf)}`.toLowerCase().includes(wanted),
      );
  }, [all, kind, nameOf, search, state]);
  const columns = useMemo(() => columnsOf(nameOf), [nameOf]);
  const filtered = kind !== 'all' || state !== 'any' || search.trim() !== '';
  const add = (
    <DropdownMenu
      align="end"
      trigger={
        <Button variant="primary" icon={Plus}>
          New
        </Button>
      }
      items={triggerKinds.map((each) => ({
        label: kindLook[each].title,
        note: kindLook[each].note,
        icon: kindLook[each].icon,
        onSelect: () => setOpened({ kind: each }),
      }))}
    />
  );
  return (
    <>
      <TopBar crumbs={[{ label: 'Schedules' }]} aside={<SchedulerLight />}>
        {add}
      </TopBar>
      <section className="flex min-h-0 flex-1 flex-col bg-panel">
        {all.length > 0 && (
          <FilterBar
            search={<SearchInput slash value={search} onChange={setSearch} label="Search schedules" />}
            count={formatPlural(shown.length, 'entry', 'entries')}
            onClear={
              filtered
                ? () => {
                    setSearch('');
                    setKind('all');
                    setState('any');
                  }
                : undefined
            }
          >
            <span>Show</span>
            <Select
              aria-label="Kind"
              variant="inline"
              value={kind}
              onChange={setKind}
              options={[
                { value: 'all', label: 'all kinds' },
                ...triggerKinds.map((each) => ({ value: each, label: kindLook[each].title.toLowerCase() })),
              ]}
            />
            <Select
              aria-label="State"
              variant="inline"
              value={state}
              onChange={setState}
              options={[
                { value: 'any', label: 'in any state' },
                ...triggerStates.map((each) => ({ value: each, label: stateWords[each] })),
              ]}
            />
          </FilterBar>
        )}
        <Awaited {...awaiting(query)} where="The schedules could not be listed." lines={8}>
          {() => (
            <DataList
              label="Schedules and triggers"
              rememberAs="schedules"
              items={shown}
              getId={({ id }) => id}
              columns={columns}
              isDim={({ pausedAt }) => pausedAt !== null}
              onOpen={({ id }) => navigate(`/schedules/${id}`)}
              actionsWidth={24}
              actions={(trigger) => (
                <IconButton
                  icon={Play}
                  size="sm"
                  label={`Run ${trigger.name} now`}
                  onClick={() => actions.runNow(trigger)}
                />
              )}
              menu={(trigger) => [
                { label: 'Open', onSelect: () => navigate(`/schedules/${trigger.id}`) },
                { label: 'Open its pipeline', onSelect: () => navigate(`/pipelines/${trigger.pipelineId}`) },
                { label: 'Run now', onSelect: () => actions.runNow(trigger) },
                trigger.pausedAt === null
                  ? { label: 'Pause', onSelect: () => actions.pause(trigger) }
                  : { label: 'Resume', onSelect: () => actions.resume(trigger) },
                trigger.origin === 'own' && { label: 'Edit', onSelect: () => setOpened({ trigger }) },
                { label: 'Copy id', onSelect: () => void copyText(trigger.id) },
                trigger.origin === 'own' && 'separator',
                trigger.origin === 'own' && {
                  label: 'Delete',
                  danger: true,
                  onSelect: () => setRemoving(trigger),
                },
              ]}
              empty={
                filtered ? (
                  <EmptyState icon={CalendarClock} title="Nothing fits the filter">
                    Widen it, or clear it.
                  </EmptyState>
                ) : (
                  <EmptyState icon={CalendarClock} title="Nothing starts by itself yet" action={add}>
                    A schedule runs a pipeline at times that you choose. Files that arrive, new versions of a
                    dataset, other pipelines and signed calls can start one as well.
                  </EmptyState>
                )
              }
            />
          )}
        </Awaited>
      </section>
      {opened && <TriggerDialog {...opened} close={() => setOpened(undefined)} />}
      {removing && <RemoveTrigger trigger={removing} close={() => setRemoving(undefined)} />}
    </>
  );
}

const stateWords: Record<TriggerState, string> = {
  Active: 'that are active',
  'Needs attention': 'that need attention',
  Paused: 'that are paused',
  Over: 'that are over',
};

function columnsOf(nameOf: (id: string) => string | undefined): ListColumn<TriggerSummary>[] {
  return [
    {
      id: 'name',
      title: 'Name',
      width: 'minmax(150px, 1.4fr)',
      render: ({ name, config, origin }) => {
        const { icon: Icon, title } = kindLook[config.kind];
        return (
          <span className="flex min-w-0 items-center gap-2">
            <Icon aria-label={title} className="size-4 shrink-0 text-muted" />
            <span className="truncate font-medium" dir="auto" title={name}>
              {name}
            </span>
            {origin === 'document' && <Badge>in the pipeline</Badge>}
          </span>
        );
      },
    },
    {
      id: 'pipeline',
      title: 'Pipeline',
      width: 'minmax(120px, 1fr)',
      render: ({ pipelineName }) => (
        <span className="block truncate text-muted" dir="auto" title={pipelineName}>
          {pipelineName}
        </span>
      ),
    },
    {
      id: 'when',
      title: 'When',
      width: 'minmax(190px, 1.6fr)',
      render: ({ config }) => {
        const text = whenText(config, nameOf);
        return (
          <span
            dir="auto"
            className={cx('block truncate', config.kind === 'cron' && 'font-mono text-data')}
            title={text}
          >
            {text}
          </span>
        );
      },
    },
    {
      id: 'state',
      title: 'State',
      width: '130px',
      render: (trigger) => <StatusBadge {...triggerState(trigger)} variant="plain" />,
    },
    {
      id: 'next',
      title: 'Next',
      width: '180px',
      render: ({ nextFireAt, config }) =>
        nextFireAt ? (
          <span className="truncate nums">
            <TimeText at={nextFireAt} style="time" />
            {config.kind === 'cron' && config.timezone !== ownZone && (
              <span
                className="text-muted"
                title={`${zoneTime(nextFireAt, config.timezone)} ${config.timezone}`}
              >
                {' · '}
                {zoneClock(nextFireAt, config.timezone, 'zone')}
              </span>
            )}
          </span>
        ) : (
          <span className="text-muted">{config.kind === 'cron' ? 'None' : 'When it happens'}</span>
        ),
    },
    {
      id: 'last',
      title: 'Last',
      width: '150px',
      align: 'end',
      render: ({ lastFire }) =>
        lastFire ? (
          <span className="flex items-center justify-end gap-2" title={lastFire.reason ?? undefined}>
            <StatusBadge {...outcomeLook[lastFire.outcome]} variant="plain" />
            <span className="text-muted">
              <TimeText at={lastFire.firedAt} style="relative" />
            </span>
          </span>
        ) : (
          <span className="text-muted">Never</span>
        ),
    },
  ];
}
