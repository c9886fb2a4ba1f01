import { KeyRound } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import type { Environment, KeySummary } from '../../../shared/contract/domain.ts';
import { isLiveKey, keyState, scopeText } from '../../access/key-words.ts';
import { awaiting } from '../../data/awaiting.ts';
import { isText, useKept } from '../../data/use-kept.ts';
import {
  Awaited,
  Button,
  copyText,
  DataList,
  EmptyState,
  FilterBar,
  formatCount,
  formatPlural,
  type MenuItems,
  SearchInput,
  Select,
} from '../../ui/index.ts';
import { keyColumns } from './key-columns.tsx';
import { useAppKeys, useKeys, useRecentUse } from './use-keys.ts';

interface KeyListProps {
  readonly add: ReactNode;
  readonly edit: (key: KeySummary) => void;
  readonly rotate: (key: KeySummary) => void;
  readonly revoke: (key: KeySummary) => void;
}

const states = [
  { value: 'working', label: 'that work' },
  { value: 'ended', label: 'that ended' },
  { value: 'any', label: 'in any state' },
] as const;
type StateChoice = (typeof states)[number]['value'];
const isStateChoice = (value: unknown): value is StateChoice => states.some((state) => state.value === value);

const environments = [
  { value: 'any', label: 'any environment' },
  { value: 'live', label: 'live' },
  { value: 'sandbox', label: 'sandbox' },
] as const;

/** Every key of this home. */
export function KeyList({ add, edit, rotate, revoke }: KeyListProps) {
  const [, navigate] = useHashLocation();
  const [search, setSearch] = useKept('keys', '', isText);
  const [state, setState] = useKept<StateChoice>('keys-state', 'working', isStateChoice);
  const [environment, setEnvironment] = useState<Environment | 'any'>('any');
  const query = useKeys();
  const use = useRecentUse();
  const apps = useAppKeys();
  const columns = useMemo(() => keyColumns(use), [use]);
  const all = useMemo(() => query.data ?? [], [query.data]);
  const keys = useMemo(
    () => all.filter((key) => fits(key, state, environment, search)),
    [all, state, environment, search],
  );
  const narrowed = search.trim() !== '' || environment !== 'any' || state !== 'working';
  const clear = () => {
    setSearch('');
    setState('working');
    setEnvironment('any');
  };
  const menu = (key: KeySummary): MenuItems => {
    const ended = !isLiveKey(key);
    return [
      { label: 'Open', onSelect: () => navigate(`/keys/${key.id}`) },
      { label: 'Its requests', onSelect: () => location.assign(`#/requests?key=${key.id}`) },
      { label: 'Edit rights', disabled: ended, onSelect: () => edit(key) },
      !apps.has(key.id) && { label: 'Rotate', disabled: ended, onSelect: () => rotate(key) },
      { label: 'Copy prefix', note: key.prefix, onSelect: () => void copyText(key.prefix) },
      'separator',
      { label: 'Revoke', danger: true, disabled: key.revokedAt !== null, onSelect: () => revoke(key) },
    ];
  };
  return (
    <>
      {all.length > 0 && (
        <FilterBar
          label="Which keys"
          search={<SearchInput slash value={search} onChange={setSearch} label="Search keys" />}
          onClear={narrowed ? clear : undefined}
          count={
            keys.length === all.length
              ? formatPlural(all.length, 'key')
              : `${formatCount(keys.length)} of ${formatPlural(all.length, 'key')}`
          }
        >
          Keys
          <Select variant="inline" aria-label="State" value={state} onChange={setState} options={states} />
          of
          <Select
            variant="inline"
            aria-label="Environment"
            value={environment}
            onChange={setEnvironment}
            options={environments}
          />
        </FilterBar>
      )}
      <Awaited {...awaiting(query)} where="The keys could not be listed." lines={6}>
        {() => (
          <DataList
            label="API keys"
            rememberAs="keys"
            items={keys}
            getId={getId}
            columns={columns}
            isDim={(key) => !isLiveKey(key)}
            onOpen={({ id }) => navigate(`/keys/${id}`)}
            menu={menu}
            empty={
              all.length === 0 ? (
                <EmptyState icon={KeyRound} title="No keys yet" action={add}>
                  A key lets a script start pipelines, send records in and read results on this machine. It is
                  shown once, when it is made.
                </EmptyState>
              ) : (
                <EmptyState
                  icon={KeyRound}
                  title="No key matches"
                  action={narrowed ? <Button onClick={clear}>Show all that work</Button> : add}
                >
                  {search.trim() === ''
                    ? 'None of the keys is in this state and environment.'
                    : `No name, prefix or right holds “${search.trim()}”.`}
                </EmptyState>
              )
            }
          />
        )}
      </Awaited>
    </>
  );
}

const getId = ({ id }: KeySummary) => id;

function fits(
  key: KeySummary,
  state: StateChoice,
  environment: Environment | 'any',
  search: string,
): boolean {
  if (environment !== 'any' && key.environment !== environment) return false;
  const ended = ['revoked', 'expired'].includes(keyState(key));
  if (state !== 'any' && ended !== (state === 'ended')) return false;
  const wanted = search.trim().toLowerCase();
  const text = `${key.name} ${key.prefix} ${key.plan} ${scopeText(key.scopes)} ${key.scopes.join(' ')}`;
  return wanted === '' || text.toLowerCase().includes(wanted);
}
