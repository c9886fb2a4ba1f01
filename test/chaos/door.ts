/** What came of one request to start a run. */
export type Answer =
  | { readonly kind: 'accepted'; readonly runId: string }
  /** No answer at all: nobody knows whether the run was accepted. */
  | { readonly kind: 'unanswered' }
  /** The product said that it cannot take it now. */
  | { readonly kind: 'later'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number; readonly text: string };

export interface StartRequest {
  readonly pipelineId: string;
  readonly tag: number;
  readonly idempotencyKey: string;
}

const answerMilliseconds = 20_000;
const notNow = [429, 503, 507];

/** Starts a run through the door for scripts. */
export async function startRun(url: string, apiKey: string, request: StartRequest): Promise<Answer> {
  const { pipelineId, tag, idempotencyKey } = request;
  try {
    const response = await fetch(`${url}/api/pub/v1/dataflows/${pipelineId}/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey, 'idempotency-key': idempotencyKey },
      body: JSON.stringify({ parameters: { tag } }),
      signal: AbortSignal.timeout(answerMilliseconds),
    });
    const text = await response.text();
    if (response.ok) return { kind: 'accepted', runId: (JSON.parse(text) as { runId: string }).runId };
    if (notNow.includes(response.status)) return { kind: 'later', status: response.status };
    return { kind: 'refused', status: response.status, text };
  } catch {
    return { kind: 'unanswered' };
  }
}
