import { startTempApp, type TempApp } from '../../../../../../test/support/temp-app.ts';

export interface Asked {
  readonly method?: string;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  readonly type?: string;
  readonly key?: string | undefined;
  readonly headers?: Record<string, string>;
}

export interface Told {
  readonly status: number;
  // What was answered, to be compared as a whole.
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into every kind of answer
  readonly json: any;
  readonly text: string;
  readonly headers: Headers;
}

export interface DataosBench {
  readonly temp: TempApp;
  readonly key: string;
  call(path: string, asked?: Asked): Promise<Told>;
  post(path: string, body: unknown, asked?: Asked): Promise<Told>;
  put(path: string, body: unknown, asked?: Asked): Promise<Told>;
  remove(path: string, asked?: Asked): Promise<Told>;
  stop(): Promise<void>;
}

/** The whole product with one key that may do everything, and calls of door 4. */
export async function startDataos(): Promise<DataosBench> {
  const temp = await startTempApp();
  const key = await temp.key({ plan: 'unlimited' });
  const call = async (
    path: string,
    { method = 'GET', body, type, key: other = key, headers = {} }: Asked = {},
  ) => {
    const mediaType = type ?? (typeof body === 'string' ? 'application/yaml' : 'application/json');
    const answer = await fetch(`${temp.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${other}`,
        ...(body === undefined ? {} : { 'content-type': mediaType }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json');
    return {
      status: answer.status,
      text,
      json: isJson ? JSON.parse(text) : undefined,
      headers: answer.headers,
    };
  };
  return {
    temp,
    key,
    call,
    post: (path, body, asked) => call(path, { ...asked, method: 'POST', body }),
    put: (path, body, asked) => call(path, { ...asked, method: 'PUT', body }),
    remove: (path, asked) => call(path, { ...asked, method: 'DELETE' }),
    stop: () => temp.stop(),
  };
}

/** Asks again until there is an answer. */
export async function until<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** The document's own workflow, by another name where several are needed. */
export const bareWorkflow = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  version: 'v1',
  type: 'workflow',
  workflow: { dag: [{ name: 'task', spec: { stack: 'flare:7.0' } }] },
  ...more,
});

interface Job {
  readonly inputs?: unknown[];
  readonly outputs?: unknown[];
  readonly sql?: Record<string, string>;
}

export const flareTask = (
  name: string,
  { inputs = [], outputs = [], sql = {} }: Job,
  dependencies: string[] = [],
) => ({
  name,
  dependencies,
  spec: {
    stack: 'flare:7.0',
    stackSpec: {
      job: {
        inputs,
        outputs,
        steps: [{ sequence: Object.entries(sql).map(([step, text]) => ({ name: step, sql: text })) }],
      },
    },
  },
});

/** Waits for the end of the newest run of a workflow's pipeline. */
export async function runEnded({ temp }: DataosBench, pipelineName: string): Promise<string> {
  return until(async () => {
    const [pipeline] = await temp.client.pipelines.list({ search: pipelineName });
    const { runs } = await temp.client.runs.list({ pipelineId: pipeline?.id });
    const [newest] = runs;
    return newest?.finishedAt ? newest.status : undefined;
  });
}

export async function rowsOf({ temp }: DataosBench, dataset: string): Promise<unknown[][]> {
  const [found] = await temp.client.datasets.list({ search: dataset });
  if (!found) throw new Error(`no dataset ${dataset}`);
  return (await temp.client.datasets.rows({ id: found.id })).rows as unknown[][];
}
