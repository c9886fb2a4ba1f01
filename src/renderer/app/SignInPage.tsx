import { KeyRound } from 'lucide-react';
import { CopyButton } from '../ui/index.ts';

const command = 'npm run -s sluice -- sign-in';

/** What a browser tab shows that holds no session: links work once, for a minute, so say how to get a new one. */
export function SignInPage({ refused }: { refused: boolean }) {
  return (
    <main className="flex h-full items-center justify-center bg-canvas p-6">
      <section className="w-[min(440px,100%)] rounded-lg border border-line bg-panel p-8">
        <KeyRound aria-hidden className="size-6 text-accent-text" />
        <h1 className="mt-4 text-page font-semibold">
          {refused ? 'This link no longer works' : 'Sign in to Sluice'}
        </h1>
        <p className="mt-2 text-muted">
          {refused
            ? 'A sign-in link works once and for one minute. Make a new one in the terminal:'
            : 'This tab is not signed in. Make a sign-in link in the terminal on this machine, then open it:'}
        </p>
        <div className="mt-4 flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-1.5">
          <code className="min-w-0 flex-1 overflow-x-auto whitespace-nowrap font-mono text-data">
            {command}
          </code>
          <CopyButton text={command} label="Copy the command" />
        </div>
        <p className="mt-3 text-meta text-muted">
          Where `npm start` runs in a terminal, pressing Enter there prints a new link too.
        </p>
      </section>
    </main>
  );
}
