import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import type { RequestEntry } from '../../../shared/contract/requests.ts';
import { doorLook } from '../../access/doors.ts';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import {
  CodeEditor,
  CopyButton,
  Dialog,
  ErrorState,
  formatBytes,
  formatClock,
  formatUtc,
  Skeleton,
  StatusBadge,
  TimeText,
} from '../../ui/index.ts';
import { took } from './request-columns.tsx';
import { statusStatus, statusWords, targetParts } from './request-words.ts';

interface RequestDrawerProps {
  readonly request: RequestEntry;
  readonly close: () => void;
}

/** All that is known of one request, and the same call for a shell. */
export function RequestDrawer({ request, close }: RequestDrawerProps) {
  const content = useRef<HTMLDivElement>(null);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      // Not on a button with a tip: the first Escape would only close that.
      initialFocus={() => content.current?.focus()}
      placement="sheet"
      width="lg"
      title={`${request.method} ${targetParts(request.target).path}`}
      description={
        <span className="flex items-center gap-2">
          <StatusBadge status={statusStatus(request.status)} label={statusWords(request.status)} />
          <TimeText at={request.time} style="relative" />
        </span>
      }
    >
      <div ref={content} tabIndex={-1} className="flex flex-col gap-5 outline-none">
        {(request.message || request.error) && (
          <Section title={request.status >= 500 ? 'What went wrong' : 'Why it was refused'}>
            <p className="wrap-anywhere" dir="auto">
              {request.message ?? 'No text was kept.'}
            </p>
            {request.error && (
              <p className="text-meta text-muted">
                Code <code className="font-mono text-data">{request.error}</code>
              </p>
            )}
            {request.status === 429 && (
              <p className="text-meta text-muted">
                Of a flood of these, one a second is listed for each key and API. The key’s own page counts
                them all.
              </p>
            )}
          </Section>
        )}
        <Facts request={request} />
        <Curl id={request.id} />
      </div>
    </Dialog>
  );
}

function Facts({ request }: { request: RequestEntry }) {
  const { key, id, target, door, bytesIn, bytesOut, contentType, milliseconds, time } = request;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2">
      <Fact name="Address">
        <code className="font-mono text-data wrap-anywhere">{target}</code>
        <CopyButton label="Copy the address" text={target} />
      </Fact>
      <Fact name="API">{doorLook(door).title}</Fact>
      <Fact name="Key">
        {key ? (
          <a href={`#/keys/${key.id}`} className="min-w-0 break-words text-accent-text hover:underline">
            <bdi>{key.name}</bdi> <bdi className="font-mono text-data">{key.prefix}…</bdi>
          </a>
        ) : (
          <span className="text-muted">No valid key came with it</span>
        )}
      </Fact>
      <Fact name="Time">
        <span className="nums">
          {formatClock(time)} <span className="text-muted">({formatUtc(time)})</span>
        </span>
      </Fact>
      <Fact name="Took">
        <span className="nums">{took(milliseconds)}</span>
      </Fact>
      <Fact name="Came in">
        <span className="nums">
          {formatBytes(bytesIn)}
          {contentType && (
            <>
              , <code className="font-mono text-data wrap-anywhere">{contentType}</code>
            </>
          )}
        </span>
      </Fact>
      <Fact name="Went out">
        <span className="nums">{formatBytes(bytesOut)}</span>
      </Fact>
      <Fact name="Request id">
        <code className="font-mono text-data wrap-anywhere">{id}</code>
        <CopyButton label="Copy the request’s id" text={id} />
      </Fact>
    </dl>
  );
}

function Curl({ id }: { id: string }) {
  const query = useQuery(orpc.requests.asCurl.queryOptions({ input: { id } }));
  const command = query.data?.command;
  return (
    <Section
      title="The same call"
      action={command && <CopyButton withText label="Copy as curl" text={command} />}
    >
      {query.isLoadingError ? (
        <ErrorState variant="inline" title={callError(query.error).message} />
      ) : command === undefined ? (
        <Skeleton lines={3} />
      ) : (
        <>
          <CodeEditor label="As curl" language="text" readOnly value={command} onChange={() => undefined} />
          <p className="mt-1 text-meta text-muted">Keys and bodies are not kept: put yours in.</p>
        </>
      )}
    </Section>
  );
}

function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 flex min-h-7 items-center justify-between gap-2 text-meta font-semibold">
        {title}
        {action}
      </h3>
      {children}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="flex min-w-0 items-center gap-1">{children}</dd>
    </>
  );
}
