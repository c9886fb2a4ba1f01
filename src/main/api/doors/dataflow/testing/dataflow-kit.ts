import { startTempApp, type TempApp } from '../../../../../../test/support/temp-app.ts';

export interface Job {
  readonly job_id: string;
  readonly status: string;
  readonly progress: number;
  readonly result_url: string;
}

export interface Page {
  readonly dataset_id: string;
  readonly records: readonly Record<string, unknown>[];
  readonly total_count: number;
  readonly next_page: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of JSON answers. */
  readonly json: unknown;
}

/** Door 1 of a whole product, as a client sees it. */
export interface DataflowClient {
  readonly temp: TempApp;
  readonly key: string;
  call(path: string, init?: RequestInit & { key?: string }): Promise<Answer>;
  /** The text of a JSON body, or an object. */
  ingest(body: unknown, headers?: Record<string, string>, key?: string): Promise<Answer>;
  job(id: string): Promise<Job>;
  /** The job once it has ended. */
  ended(id: string): Promise<Job>;
  /** What a body's records are when they come out. */
  trip(body: unknown): Promise<Page>;
  stop(): Promise<void>;
}

export async function dataflowClient(): Promise<DataflowClient> {
  const temp = await startTempApp();
  const key = await temp.key({ plan: 'unlimited' });
  const call: DataflowClient['call'] = async (path, init = {}) => {
    const { key: other = key, ...rest } = init;
    const headers = { authorization: `Bearer ${other}`, ...(rest.headers as Record<string, string>) };
    const answer = await fetch(`${temp.url}${path}`, { ...rest, headers });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json');
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
  const client: DataflowClient = {
    temp,
    key,
    call,
    ingest: (body, headers = {}, other = key) =>
      call('/api/v2/ingest', {
        method: 'POST',
        key: other,
        headers: { 'content-type': 'application/json', ...headers },
        body:
          typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
      }),
    job: async (id) => (await call(`/api/v2/jobs/${id}`)).json as Job,
    async ended(id) {
      for (let tries = 0; tries < 600; tries += 1) {
        const job = await client.job(id);
        if (job.status === 'completed' || job.status === 'failed') return job;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`job ${id} did not end`);
    },
    async trip(body) {
      const accepted = await client.ingest(body);
      if (accepted.status !== 200) throw new Error(accepted.text);
      const job = await client.ended((accepted.json as Job).job_id);
      if (job.status !== 'completed') throw new Error(JSON.stringify(job));
      return (await call(job.result_url)).json as Page;
    },
    stop: () => temp.stop(),
  };
  return client;
}
