import { KeyRound } from 'lucide-react';
import { CopyButton } from '../ui/index.ts';

const command = 'npm run -s sluice -- sign-in';

/** Why this tab holds no session: it never had one, its link was used or old, or the server that knew it is gone. */
export type SignedOutReason = 'none' | 'refused' | 'ended';

const words: Record<SignedOutReason, { title: string; text: string }> = {
  none: {
    title: 'Sign in to Sluice',
    text: 'This tab is not signed in. Make a sign-in link in the terminal on this machine, then open it:',
  },
  refused: {
    title: 'This link no longer works',
    text: 'A sign-in link works once and for one minute. Make a new one in the terminal:',
  },
  ended: {
    title: 'Sign in again',
    text: 'Sluice was started anew, and a session ends with the server that gave it. What you were editing is kept. Make a new link in the terminal, then open it here:',
  },
};

/** What a browser tab shows that holds no session: links work once, for a minute, so say how to get a new one. */
export function SignInPage({ reason }: { reason: SignedOutReason }) {
  const { title, text } = words[reason];
  return (
    <main className="flex h-full items-center justify-center bg-canvas p-6">
      <section className="w-[min(440px,100%)] rounded-lg border border-line bg-panel p-8">
        <KeyRound aria-hidden className="size-6 text-accent-text" />
        <h1 className="mt-4 text-page font-semibold">{title}</h1>
        <p className="mt-2 text-muted">{text}</p>
        <div className="mt-4 flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-1.5">
          <code className="min-w-0 flex-1 overflow-x-auto whitespace-nowrap font-mono text-data">
            {command}
          </code>
          <CopyButton text={command} label="Copy the command" />
        </div>
        <p className="mt-3 text-meta text-muted">
          Where <code className="font-mono">npm start</code> runs in a terminal, pressing Enter there prints a
          new link too.
        </p>
      </section>
    </main>
  );
}
