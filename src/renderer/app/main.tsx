import '../stores/theme.ts';
import '../ui/theme.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient, refreshFor } from '../data/cache.ts';
import { connectClient } from '../data/client.ts';
import { followEvents, onAnyEvent, onEventsReconnected } from '../data/events.ts';
import { hasSignInCode, redeemSignInCode, sessionToken } from '../data/session.ts';
import { App } from './App.tsx';

async function boot(): Promise<void> {
  const linkUsed = hasSignInCode();
  if (!window.sluice && linkUsed) await redeemSignInCode();
  const signedIn = Boolean(window.sluice) || sessionToken() !== undefined;
  if (signedIn) {
    await connectClient();
    onAnyEvent(refreshFor);
    onEventsReconnected(() => void queryClient.invalidateQueries());
    void followEvents(new AbortController().signal);
  }
  const root = document.getElementById('root');
  if (!root) throw new Error('Internal error: the page has no root');
  createRoot(root).render(
    <StrictMode>
      <App signedIn={signedIn} refused={linkUsed && !signedIn} />
    </StrictMode>,
  );
}

// A sign-in link that is opened in a tab that already shows the page only changes the fragment.
window.addEventListener('hashchange', () => {
  if (hasSignInCode()) location.reload();
});

void boot();
