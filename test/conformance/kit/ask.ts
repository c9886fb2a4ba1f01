/** One request as a client of a document sends it, and all of its answer. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is where it is a text. */
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what came is what is judged
  readonly json: any;
}

export async function ask(url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answered> {
  const isJson = body !== undefined && typeof body !== 'string';
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as string) }),
  });
  const text = await answer.text();
  const json = /[/+]json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined;
  return { status: answer.status, headers: answer.headers, text, json };
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Asks again until there is an answer; the test's own time limit ends it. */
export async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
