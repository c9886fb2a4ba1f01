import { useMutation, useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { Diagnostics } from '../../../shared/contract/diagnostics.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Awaited, Button, ErrorState, formatBytes, formatTime, ProgressBar } from '../../ui/index.ts';
import { Facts } from './Facts.tsx';
import { Section } from './Section.tsx';

type Proof = Awaited<ReturnType<typeof client.system.fsck>>;

/** How safely the store is kept, and the proof that the home folder is whole. */
export function DiagnosticsSection() {
  const query = useQuery({ ...orpc.diagnostics.get.queryOptions({ input: {} }), refetchInterval: 10_000 });
  return (
    <>
      <Section title="Store" help="As SQLite itself reports it.">
        <Awaited
          pending={query.isPending}
          failure={query.isLoadingError ? callError(query.error).message : undefined}
          onRetry={() => void query.refetch()}
          lines={6}
        >
          {() => query.data && <Store facts={query.data} />}
        </Awaited>
      </Section>
      <Fsck />
    </>
  );
}

/** https://sqlite.org/pragma.html#pragma_synchronous */
const synchronousWords: Readonly<Record<number, string>> = { 0: 'OFF', 1: 'NORMAL', 2: 'FULL', 3: 'EXTRA' };

function lastCheckText({ lastCheck }: Diagnostics): string {
  return lastCheck ? `${formatTime(lastCheck.at)}: ${lastCheck.result}` : 'not yet';
}

function Store({ facts }: { facts: Diagnostics }) {
  const info = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const connections = facts.connections.map(
    ({ name, journalMode, synchronous }) =>
      [
        `Connection ${name}`,
        `journal ${journalMode}, synchronous=${synchronous} (${synchronousWords[synchronous] ?? 'unknown'})`,
      ] as const,
  );
  return (
    <>
      <Facts
        copy="all"
        rows={[
          ...connections,
          ['Size', `${formatBytes(facts.storeBytes)}, of it ${formatBytes(facts.walBytes)} write-ahead log`],
          ['Empty pages', formatBytes(facts.freeBytes)],
          [
            'Last stop',
            facts.uncleanStart ? 'was not clean; the store was checked at the start' : 'was clean',
          ],
          ['Last full check', lastCheckText(facts)],
          ['Versions', `SQLite ${facts.sqlite}${info.data ? `, DuckDB ${info.data.duckdb}` : ''}`],
          ['Schema', String(facts.schemaVersion)],
        ]}
      />
      {info.data?.warnings.map((warning) => (
        <p key={warning} className="flex items-start gap-2 text-status-warning">
          <TriangleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
          <span className="min-w-0 wrap-anywhere">{warning}</span>
        </p>
      ))}
    </>
  );
}

function Fsck() {
  const proof = useMutation({ mutationFn: () => client.system.fsck({}) });
  return (
    <Section
      title="Home folder"
      help="Reads the store and every dataset file and compares them. With large datasets it takes minutes; runs go on."
    >
      <div>
        <Button loading={proof.isPending} onClick={() => proof.mutate()}>
          Check the home folder
        </Button>
      </div>
      {proof.isPending && <ProgressBar label="Checking the home folder" />}
      <div aria-live="polite" className="empty:hidden">
        {proof.error && (
          <ErrorState
            variant="inline"
            title={callError(proof.error).message}
            where="The home folder could not be checked."
            onRetry={() => proof.mutate()}
          />
        )}
        {proof.data && <Findings proof={proof.data} />}
      </div>
    </Section>
  );
}

const groups = [
  ['lost', 'Lost runs'],
  ['missing', 'Missing or changed files'],
  ['orphans', 'Files that belong to nothing'],
  ['duplicates', 'Duplicates'],
] as const;

function Findings({ proof }: { proof: Proof }) {
  const found = groups.filter(([name]) => proof[name].length > 0);
  if (proof.integrity === 'ok' && found.length === 0)
    return (
      <p className="flex items-center gap-2">
        <CircleCheck aria-hidden size={16} className="text-status-succeeded" />
        The home folder is whole: nothing is lost, missing, stray or twice.
      </p>
    );
  return (
    <div className="flex flex-col gap-3">
      {proof.integrity !== 'ok' && (
        <p className="text-status-failed">The store is damaged: {proof.integrity}</p>
      )}
      {found.map(([name, title]) => (
        <div key={name}>
          <h3 className="font-medium">
            {title}: {proof[name].length}
          </h3>
          <ul className="mt-1 flex flex-col gap-0.5 text-muted">
            {proof[name].slice(0, 50).map((text) => (
              <li key={text} className="wrap-anywhere">
                {text}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
