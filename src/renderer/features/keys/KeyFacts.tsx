import type { ReactNode } from 'react';
import type { KeyPlan, KeySummary } from '../../../shared/contract/domain.ts';
import { type DoorVerb, doors, mayDo } from '../../access/doors.ts';
import { planLines, planWord } from '../../access/key-words.ts';
import { presetOf } from '../../access/presets.ts';
import { Badge, CopyButton, TimeText } from '../../ui/index.ts';
import { usePipelineNames } from './use-keys.ts';

/** What a key is and may. */
export function KeyFacts({ apiKey }: { apiKey: KeySummary }) {
  const { prefix, environment, plan, createdAt, expiresAt, lastUsedAt, revokedAt, previousUntil, folders } =
    apiKey;
  const overlapping = previousUntil !== null && Date.parse(previousUntil) > Date.now();
  return (
    <dl className="flex flex-col gap-3.5">
      <Fact name="Key">
        <span className="flex items-center gap-1">
          <code className="font-mono text-data">{prefix}…</code>
          <CopyButton label="Copy the prefix" text={prefix} />
        </span>
      </Fact>
      {overlapping && (
        <Fact name="The text before its rotation">
          <span className="text-status-warning">
            works until <TimeText at={previousUntil} />
          </span>
        </Fact>
      )}
      <Fact name="Environment">
        <Badge tone={environment === 'live' ? 'accent' : 'violet'}>{environment}</Badge>
      </Fact>
      <Fact name="It may">
        <Rights scopes={apiKey.scopes} />
      </Fact>
      <Fact name="Pipelines">
        <Pipelines ids={apiKey.pipelineIds} />
      </Fact>
      <Fact name="Folders">
        {folders.length === 0 ? (
          <span className="text-muted">The files folder, and what is granted to all</span>
        ) : (
          <ul className="font-mono text-data">
            {folders.map((folder) => (
              <li key={folder} className="break-all">
                {folder}
              </li>
            ))}
          </ul>
        )}
      </Fact>
      <Fact name={`Plan: ${planWord(plan)}`}>
        <ul className="flex flex-col gap-1">
          {planLines(plan as KeyPlan).map(({ doors: titles, limits }) => (
            <li key={limits} className="nums">
              {limits} <span className="text-meta text-muted">{titles}</span>
            </li>
          ))}
        </ul>
      </Fact>
      <Fact name="Last used">
        {lastUsedAt ? (
          <TimeText at={lastUsedAt} style="relative" />
        ) : (
          <span className="text-muted">Never</span>
        )}
      </Fact>
      <Fact name="Made">
        <TimeText at={createdAt} />
      </Fact>
      <Fact name={revokedAt ? 'Revoked' : 'Expires'}>
        {revokedAt ? (
          <TimeText at={revokedAt} />
        ) : expiresAt ? (
          <>
            <TimeText at={expiresAt} />
            {Date.parse(expiresAt) - Date.now() < 30 * 86_400_000 && (
              <span className="text-muted">
                , <TimeText at={expiresAt} style="relative" />
              </span>
            )}
          </>
        ) : (
          <span className="text-muted">Never</span>
        )}
      </Fact>
    </dl>
  );
}

function Rights({ scopes }: { scopes: readonly string[] }) {
  const preset = presetOf(scopes);
  if (scopes.includes('all')) return 'Everything';
  return (
    <>
      {preset && <p>{preset.label}</p>}
      <ul className="mt-1 flex flex-col gap-1">
        {doors.flatMap(({ door, title, verbs }) => {
          const words = Object.entries(verbs).flatMap(([verb, word]) =>
            mayDo(scopes, door, verb as DoorVerb) ? [word] : [],
          );
          return words.length === 0
            ? []
            : [
                <li key={door}>
                  <span className="text-muted">{title}:</span> {words.join(', ')}
                </li>,
              ];
        })}
      </ul>
    </>
  );
}

/** So many are named; the rest is counted. */
const named = 20;

function Pipelines({ ids }: { ids: readonly string[] | null }) {
  const nameOf = usePipelineNames();
  if (ids === null) return 'All of its environment';
  if (ids.length === 0) return <span className="text-status-warning">None yet</span>;
  return (
    <ul className="flex flex-col gap-0.5">
      {ids.slice(0, named).map((id) => (
        <li key={id}>
          <a href={`#/pipelines/${id}`} dir="auto" className="break-words text-accent-text hover:underline">
            {nameOf(id)}
          </a>
        </li>
      ))}
      {ids.length > named && <li className="text-muted">and {ids.length - named} more</li>}
    </ul>
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
