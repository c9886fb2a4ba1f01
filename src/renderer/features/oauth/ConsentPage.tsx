import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleSlash, Hourglass, ShieldQuestion, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Environment } from '../../../shared/contract/domain.ts';
import type { OauthRequest, OauthScope } from '../../../shared/contract/oauth.ts';
import { PipelinePicker } from '../../access/PipelinePicker.tsx';
import { awaiting } from '../../data/awaiting.ts';
import { client, orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { hashQuery } from '../../data/hash-query.ts';
import {
  Awaited,
  Button,
  buttonClass,
  Checkbox,
  EmptyState,
  Field,
  FormError,
  SegmentedControl,
  TimeText,
  TopBar,
} from '../../ui/index.ts';
import { goesBackItself, scopeWords } from './consent-words.ts';

/** An app asks for access: who it says it is, where the answer goes, what it may do; the owner narrows and decides. */
export function ConsentPage({ requestId }: { requestId: string }) {
  const query = useQuery({
    ...orpc.oauth.get.queryOptions({ input: { id: requestId } }),
    // It ends by itself, and may be answered in another window.
    refetchInterval: ({ state }) => (state.data?.state === 'pending' ? 10_000 : false),
  });
  return (
    <>
      <TopBar crumbs={[{ label: 'An app asks for access' }]} />
      <section className="min-h-0 flex-1 overflow-y-auto bg-canvas p-6">
        <div className="mx-auto w-full max-w-140 rounded-lg border border-line bg-panel">
          <Awaited
            {...awaiting(query)}
            where="The request of the app could not be shown. Start again in the app."
            lines={8}
          >
            {() => query.data && <Consent request={query.data} />}
          </Awaited>
        </div>
      </section>
    </>
  );
}

function Consent({ request }: { request: OauthRequest }) {
  const cache = useQueryClient();
  const [scopes, setScopes] = useState<readonly OauthScope[]>(request.scopes);
  const [environment, setEnvironment] = useState<Environment>('live');
  const [pipelineIds, setPipelineIds] = useState<readonly string[] | null>(null);
  const answer = useMutation({
    mutationFn: async (verb: 'approve' | 'deny') => {
      const { id } = request;
      const { redirectTo } =
        verb === 'deny'
          ? await client.oauth.deny({ id })
          : await client.oauth.approve({
              id,
              scopes: [...scopes],
              environment,
              pipelineIds: pipelineIds && [...pipelineIds],
            });
      // The tab that the app sent here goes back to it; any other leaves that to the tab which waits.
      if (goesBackItself(redirectTo, { desktop: Boolean(window.sluice), here: hashQuery().has('here') }))
        location.assign(redirectTo);
      await cache.invalidateQueries({ queryKey: orpc.oauth.key() });
    },
  });
  if (request.state !== 'pending') return <Over request={request} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (scopes.length > 0) answer.mutate('approve');
      }}
      className="flex flex-col gap-4 p-5"
    >
      <header className="flex gap-3">
        <ShieldQuestion aria-hidden className="mt-0.5 size-5 shrink-0 text-accent-text" />
        <div className="min-w-0">
          <h1 className="text-title font-semibold wrap-anywhere">
            “<bdi>{request.clientId}</bdi>” asks for access
          </h1>
          <p className="text-muted">
            The app calls itself so; nobody has checked the name. It asked{' '}
            <TimeText at={request.askedAt} style="relative" />; the question ends{' '}
            <TimeText at={request.expiresAt} style="relative" />.
          </p>
        </div>
      </header>
      <div>
        <p className="text-meta font-medium">The answer goes to</p>
        <code className="font-mono text-data wrap-anywhere">{request.redirectUri}</code>
      </div>
      {!request.proven && (
        <p className="flex gap-2 rounded-md bg-status-warning/14 px-3 py-2 text-status-warning">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            This app does not prove that the answer comes back to itself (it uses no PKCE). Another program on
            this machine could take it. Approve only what you started yourself, just now.
          </span>
        </p>
      )}
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 text-meta font-medium">It may</legend>
        {request.scopes.map((scope) => (
          <Checkbox
            key={scope}
            checked={scopes.includes(scope)}
            onChange={(on) =>
              setScopes(request.scopes.filter((each) => (each === scope ? on : scopes.includes(each))))
            }
            label={
              <span>
                {scopeWords[scope].title}: <span className="text-muted">{scopeWords[scope].note}</span>
              </span>
            }
          />
        ))}
      </fieldset>
      <Field
        label="Environment"
        group
        help="In the sandbox it sees runs, datasets and pipelines of the sandbox only."
      >
        <SegmentedControl<Environment>
          label="Environment"
          value={environment}
          onChange={setEnvironment}
          options={[
            { value: 'live', label: 'Live' },
            { value: 'sandbox', label: 'Sandbox' },
          ]}
        />
      </Field>
      <Field label="Pipelines" group help="Limited to some, it makes no new ones.">
        <div className="flex items-center gap-2">
          <SegmentedControl
            label="Pipelines it reaches"
            value={pipelineIds ? 'some' : 'all'}
            onChange={(which) => setPipelineIds(which === 'all' ? null : [])}
            options={[
              { value: 'all', label: 'All' },
              { value: 'some', label: 'Only some' },
            ]}
          />
          {pipelineIds && (
            <PipelinePicker value={pipelineIds} onChange={setPipelineIds} environment={environment} />
          )}
        </div>
      </Field>
      {answer.error && <FormError title={callError(answer.error).message} />}
      <footer className="flex justify-end gap-2 border-t border-line pt-4">
        <Button size="lg" loading={answer.isPending} onClick={() => answer.mutate('deny')}>
          Deny
        </Button>
        <Button
          size="lg"
          variant="primary"
          type="submit"
          disabled={scopes.length === 0}
          title={scopes.length === 0 ? 'Leave it at least one right, or deny.' : undefined}
          loading={answer.isPending}
        >
          Approve
        </Button>
      </footer>
    </form>
  );
}

const over = {
  approved: {
    icon: CircleCheck,
    title: 'Approved',
    text: 'Go back to your browser: the app goes on there.',
  },
  denied: {
    icon: CircleSlash,
    title: 'Denied',
    text: 'The app was told so. Nothing was given to it.',
  },
  expired: {
    icon: Hourglass,
    title: 'Too late',
    text: 'Nobody answered in time, and nothing was given. Start again in the app.',
  },
} as const;

function Over({ request }: { request: OauthRequest }) {
  if (request.state === 'pending') return null;
  const { icon, title, text } = over[request.state];
  return (
    <EmptyState
      icon={icon}
      title={
        <>
          {title}: “<bdi>{request.clientId}</bdi>”
        </>
      }
      action={
        <a href="#/keys?tab=apps" className={buttonClass('secondary', 'md')}>
          Connected apps
        </a>
      }
    >
      {text}
    </EmptyState>
  );
}
