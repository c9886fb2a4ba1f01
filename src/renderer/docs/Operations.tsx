import { useEffect, useRef, useState } from 'react';
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import { ErrorState, Skeleton } from '../ui/index.ts';
import { type ApiDescription, type Door, withKey } from './doors.ts';
import { nameControls } from './name-controls.ts';

/** The operations of one door; what is sent from here carries the key of the moment. */
export function Operations({ door, keyText }: { readonly door: Door; readonly keyText: () => string }) {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the same work once more
  useEffect(() => {
    const leaving = new AbortController();
    const stopNaming = place.current ? nameControls(place.current) : undefined;
    setState('loading');
    fetchDescription(door, leaving.signal)
      .then((description) => {
        if (!place.current || leaving.signal.aborted) return;
        show(place.current, description, keyText);
        setState('shown');
      })
      .catch(() => {
        if (!leaving.signal.aborted) setState('failed');
      });
    return () => {
      leaving.abort();
      stopNaming?.();
    };
  }, [door, keyText, attempt]);

  return (
    <>
      {state === 'loading' && <Skeleton lines={8} />}
      {state === 'failed' && (
        <ErrorState
          title="The operations could not be loaded"
          next="Is Sluice still running? Start it, then try again."
          onRetry={() => setAttempt((count) => count + 1)}
        />
      )}
      <div ref={place} hidden={state !== 'shown'} />
    </>
  );
}

async function fetchDescription(door: Door, signal: AbortSignal): Promise<ApiDescription> {
  const answer = await fetch(`/openapi/${door}.json`, { signal });
  if (!answer.ok) throw new Error(`The description was answered with ${answer.status}`);
  return (await answer.json()) as ApiDescription;
}

function show(place: HTMLElement, description: ApiDescription, keyText: () => string): void {
  // It would draw into what the door before left there.
  const domNode = document.createElement('div');
  place.replaceChildren(domNode);
  SwaggerUI({
    domNode,
    spec: description,
    layout: 'BaseLayout',
    deepLinking: false,
    docExpansion: 'list',
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    // It would send the description to a server of its makers.
    validatorUrl: null,
    // Its colours are written into the markup, for a dark ground only.
    syntaxHighlight: { activated: false },
    requestInterceptor: (request) => withKey(request, keyText(), description),
  });
}
