import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { queryClient, whenSignedOut } from '../data/cache.ts';
import { useAppEvent } from '../data/events.ts';
import { forgetSession } from '../data/session.ts';
import { ConsentBanner } from '../features/oauth/ConsentBanner.tsx';
import { type Command, useCommands } from '../stores/commands.ts';
import { useTheme } from '../stores/theme.ts';
import { EmptyState, Toaster, toast } from '../ui/index.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Rail } from './Rail.tsx';
import { places, settingsPlace } from './routes.ts';
import { type SignedOutReason, SignInPage } from './SignInPage.tsx';

const EditorPage = lazy(async () => ({
  default: (await import('../features/editor/EditorPage.tsx')).EditorPage,
}));
const PipelinesPage = lazy(async () => ({
  default: (await import('../features/pipelines/PipelinesPage.tsx')).PipelinesPage,
}));
const RunsPage = lazy(async () => ({ default: (await import('../features/runs/RunsPage.tsx')).RunsPage }));
const HistoryPage = lazy(async () => ({
  default: (await import('../features/runs/grid/HistoryPage.tsx')).HistoryPage,
}));
const RunPage = lazy(async () => ({ default: (await import('../features/runs/RunPage.tsx')).RunPage }));
const ComparePage = lazy(async () => ({
  default: (await import('../features/runs/compare/ComparePage.tsx')).ComparePage,
}));
const DatasetsPage = lazy(async () => ({
  default: (await import('../features/datasets/DatasetsPage.tsx')).DatasetsPage,
}));
const DatasetPage = lazy(async () => ({
  default: (await import('../features/datasets/DatasetPage.tsx')).DatasetPage,
}));
const SourcesPage = lazy(async () => ({
  default: (await import('../features/sources/SourcesPage.tsx')).SourcesPage,
}));
const SourcePage = lazy(async () => ({
  default: (await import('../features/sources/SourcePage.tsx')).SourcePage,
}));
const SchedulesPage = lazy(async () => ({
  default: (await import('../features/schedules/SchedulesPage.tsx')).SchedulesPage,
}));
const TriggerPage = lazy(async () => ({
  default: (await import('../features/schedules/TriggerPage.tsx')).TriggerPage,
}));
const KeysPage = lazy(async () => ({ default: (await import('../features/keys/KeysPage.tsx')).KeysPage }));
const KeyPage = lazy(async () => ({ default: (await import('../features/keys/KeyPage.tsx')).KeyPage }));
const RequestsPage = lazy(async () => ({
  default: (await import('../features/requests/RequestsPage.tsx')).RequestsPage,
}));
const ConsentPage = lazy(async () => ({
  default: (await import('../features/oauth/ConsentPage.tsx')).ConsentPage,
}));
const WebhooksPage = lazy(async () => ({
  default: (await import('../features/webhooks/WebhooksPage.tsx')).WebhooksPage,
}));
const WebhookPage = lazy(async () => ({
  default: (await import('../features/webhooks/WebhookPage.tsx')).WebhookPage,
}));
const SettingsPage = lazy(async () => ({
  default: (await import('../features/settings/SettingsPage.tsx')).SettingsPage,
}));

/** Pages are found by their path; what stands behind `?` in the hash is the page's own. */
const useHashPath: typeof useHashLocation = (options) => {
  const [location, navigate] = useHashLocation(options);
  return [location.split('?', 1)[0] ?? location, navigate];
};

export function App({ signedIn, refused }: { signedIn: boolean; refused: boolean }) {
  const [outside, setOutside] = useState<SignedOutReason | undefined>(
    signedIn ? undefined : refused ? 'refused' : 'none',
  );
  useEffect(() => {
    whenSignedOut(() => {
      forgetSession();
      setOutside('ended');
    });
  }, []);
  // Whoever was sent here by an app waits for the answer, which is given in a window that is signed in.
  const asked = /^#\/oauth\/([\w-]+)/.exec(location.hash)?.[1];
  const waiting = outside === 'none' && asked !== undefined;
  useEffect(() => {
    if (waiting) location.replace(`/auth/oauth/wait/${asked}`);
  }, [waiting, asked]);
  if (waiting) return null;
  if (outside) return <SignInPage reason={outside} />;
  return (
    <QueryClientProvider client={queryClient}>
      <Router hook={useHashPath} hrefs={(href) => `#${href}`}>
        <Frame />
      </Router>
      <Toaster />
    </QueryClientProvider>
  );
}

function Frame() {
  const [location, navigate] = useHashPath();
  const { setTheme } = useTheme();
  useCommands(
    'app',
    useMemo<Command[]>(
      () => [
        ...[...places, settingsPlace].map(({ path, label }) => ({
          id: `go${path}`,
          title: `Go to ${label}`,
          group: 'Go to',
          run: () => navigate(path),
        })),
        ...(['light', 'dark', 'system'] as const).map((theme) => ({
          id: `theme-${theme}`,
          title: theme === 'system' ? 'Use the system’s theme' : `Use the ${theme} theme`,
          group: 'Appearance',
          run: () => setTheme(theme),
        })),
      ],
      [navigate, setTheme],
    ),
  );
  useAppEvent('webhook.changed', ({ webhookId, automatic }) => {
    // Its own page says so with a banner.
    if (!automatic || location === `/webhooks/${webhookId}`) return;
    toast.warning(`Sluice paused the webhook “${automatic.name}”`, {
      description: automatic.reason,
      action: { label: 'Look at it', run: () => navigate(`/webhooks/${webhookId}`) },
    });
  });
  return (
    <div className="flex h-full min-h-0 bg-canvas text-ink">
      <Rail location={location} />
      <main className="flex min-w-0 flex-1 flex-col">
        <ConnectionBanner />
        <ConsentBanner location={location} />
        <ErrorBoundary resetKey={location}>
          <Suspense fallback={null}>
            <Pages />
          </Suspense>
        </ErrorBoundary>
      </main>
      <CommandPalette />
    </div>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/">
        <Redirect to="/pipelines" replace />
      </Route>
      <Route path="/pipelines" component={PipelinesPage} />
      <Route path="/pipelines/:id">{({ id }) => <EditorPage key={id} pipelineId={id} />}</Route>
      <Route path="/runs" component={RunsPage} />
      <Route path="/runs/compare" component={ComparePage} />
      <Route path="/runs/history/:id">{({ id }) => <HistoryPage key={id} pipelineId={id} />}</Route>
      <Route path="/runs/:id">{({ id }) => <RunPage key={id} runId={id} />}</Route>
      <Route path="/datasets" component={DatasetsPage} />
      <Route path="/datasets/:id">{({ id }) => <DatasetPage key={id} datasetId={id} />}</Route>
      <Route path="/sources" component={SourcesPage} />
      <Route path="/sources/:id">{({ id }) => <SourcePage key={id} sourceId={id} />}</Route>
      <Route path="/schedules" component={SchedulesPage} />
      <Route path="/schedules/:id">{({ id }) => <TriggerPage key={id} triggerId={id} />}</Route>
      <Route path="/keys" component={KeysPage} />
      <Route path="/keys/:id">{({ id }) => <KeyPage key={id} keyId={id} />}</Route>
      <Route path="/requests" component={RequestsPage} />
      <Route path="/oauth/:id">{({ id }) => <ConsentPage key={id} requestId={id} />}</Route>
      <Route path="/webhooks" component={WebhooksPage} />
      <Route path="/webhooks/:id">{({ id }) => <WebhookPage key={id} webhookId={id} />}</Route>
      <Route path="/settings/:section?">{({ section }) => <SettingsPage section={section} />}</Route>
      <Route>
        <EmptyState title="There is nothing here">
          The address leads nowhere. Choose a place on the left.
        </EmptyState>
      </Route>
    </Switch>
  );
}
