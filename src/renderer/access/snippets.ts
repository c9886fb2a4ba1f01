import type { DoorName } from '../../shared/contract/domain.ts';
import { doors, mayDo } from './doors.ts';

export type SnippetLanguage = 'curl' | 'python' | 'javascript';

export const snippetLanguages = [
  { value: 'curl', label: 'curl' },
  { value: 'python', label: 'Python' },
  { value: 'javascript', label: 'JavaScript' },
] as const satisfies readonly { value: SnippetLanguage; label: string }[];

/** What an example is filled with. */
export interface SnippetPlaces {
  /** Where Sluice answers, without a slash at its end. */
  readonly url: string;
  readonly key: string;
  readonly pipelineId: string;
  readonly datasetId: string;
}

export const keyPlace = 'YOUR_API_KEY';
export const pipelinePlace = 'PIPELINE_ID';
export const datasetPlace = 'DATASET_ID';

/** One request, from which the text in every language is made. */
interface ExampleCall {
  readonly title: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Name and text of the header that carries the key. */
  readonly header: readonly [name: string, text: string];
  readonly body?: unknown;
  /** Which places the text holds, so that a page can say what to put there. */
  readonly needs?: 'pipeline' | 'dataset';
}

const records = {
  source: 'orders',
  data: [
    { id: 1, region: 'north', amount: 120.5 },
    { id: 2, region: 'south', amount: 80 },
  ],
  transformations: [{ type: 'filter', condition: 'amount > 100' }],
};

type Makers = (places: SnippetPlaces, scopes: readonly string[]) => ExampleCall | undefined;

/** The first useful call at each door that a key's scopes let in. */
const calls: Readonly<Record<DoorName, Makers>> = {
  dataflow: ({ key, datasetId }, scopes) => {
    const header = ['Authorization', `Bearer ${key}`] as const;
    if (mayDo(scopes, 'dataflow', 'write'))
      return { title: 'Send records in', method: 'POST', path: '/api/v2/ingest', header, body: records };
    if (!mayDo(scopes, 'dataflow', 'read')) return undefined;
    const path = `/api/v2/data/${datasetId}?format=json&limit=100`;
    return { title: 'Read a dataset', method: 'GET', path, header, needs: 'dataset' };
  },
  cloudflow: ({ key, pipelineId }, scopes) => {
    const header = ['Authorization', `ApiKey ${key}`] as const;
    const path = '/api/v1/jobs';
    if (mayDo(scopes, 'cloudflow', 'run'))
      return { title: 'Submit a job', method: 'POST', path, header, body: { pipelineId }, needs: 'pipeline' };
    if (mayDo(scopes, 'cloudflow', 'read'))
      return { title: 'List the pipelines', method: 'GET', path: '/api/v1/pipelines', header };
    if (!mayDo(scopes, 'cloudflow', 'sources')) return undefined;
    return { title: 'List the data sources', method: 'GET', path: '/api/v1/datasources', header };
  },
  execution: ({ key, pipelineId }, scopes) => {
    const header = ['x-api-key', key] as const;
    const flow = `/api/pub/v1/dataflows/${pipelineId}`;
    const needs = 'pipeline';
    if (mayDo(scopes, 'execution', 'run'))
      return { title: 'Start and wait', method: 'POST', path: `${flow}/start?await=true`, header, needs };
    if (!mayDo(scopes, 'execution', 'read')) return undefined;
    return { title: 'Ask for a run', method: 'GET', path: `${flow}/runs/RUN_ID/status`, header, needs };
  },
  dataos: ({ key }, scopes) => {
    const header = ['Authorization', `Bearer ${key}`] as const;
    if (mayDo(scopes, 'dataos', 'read'))
      return { title: 'List the workflows', method: 'GET', path: '/v1/resources?type=workflow', header };
    if (!mayDo(scopes, 'dataos', 'webhooks')) return undefined;
    return { title: 'List the webhooks', method: 'GET', path: '/v1/webhooks', header };
  },
  datapulse: ({ key, datasetId }, scopes) => {
    if (!mayDo(scopes, 'datapulse', 'read')) return undefined;
    const header = ['Authorization', `Bearer ${key}`] as const;
    const path = `/v1/datasets/${datasetId}`;
    return { title: 'Describe a dataset', method: 'GET', path, header, needs: 'dataset' };
  },
};

export interface Snippet {
  readonly door: DoorName;
  readonly title: string;
  readonly needs: ExampleCall['needs'];
  text(language: SnippetLanguage): string;
}

/** An example for every door that lets these scopes in. */
export function snippets(places: SnippetPlaces, scopes: readonly string[]): Snippet[] {
  return doors.flatMap(({ door }) => {
    const call = calls[door](places, scopes);
    if (!call) return [];
    const { title, needs } = call;
    return [{ door, title, needs, text: (language: SnippetLanguage) => writers[language](call, places.url) }];
  });
}

const writers: Readonly<Record<SnippetLanguage, (call: ExampleCall, url: string) => string>> = {
  curl: ({ method, path, header: [name, text], body }, url) =>
    [
      `curl -X ${method} "${url}${path}"`,
      `-H "${name}: ${text}"`,
      ...(body === undefined ? [] : ['-H "Content-Type: application/json"', `-d '${shellJson(body)}'`]),
    ].join(' \\\n  '),
  python: ({ method, path, header: [name, text], body }, url) =>
    [
      'import requests',
      '',
      `answer = requests.${method.toLowerCase()}(`,
      `    "${url}${path}",`,
      `    headers={"${name}": "${text}"},`,
      ...(body === undefined ? [] : [`    json=${indented(body, 4)},`]),
      ')',
      'answer.raise_for_status()',
      'print(answer.json())',
    ].join('\n'),
  javascript: ({ method, path, header: [name, text], body }, url) =>
    [
      `const answer = await fetch("${url}${path}", {`,
      `  method: "${method}",`,
      `  headers: { "${name}": "${text}"${body === undefined ? '' : ', "Content-Type": "application/json"'} },`,
      ...(body === undefined ? [] : [`  body: JSON.stringify(${indented(body, 2)}),`]),
      '});',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the template is part of the example
      'if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);',
      'console.log(await answer.json());',
    ].join('\n'),
};

/** JSON between the single quotes of a shell: the examples hold none themselves. */
function shellJson(body: unknown): string {
  const line = JSON.stringify(body);
  return line.length <= 80 ? line : JSON.stringify(body, null, 2);
}

/** JSON over several lines, which is the same text in Python and JavaScript for what the examples hold. */
function indented(value: unknown, spaces: number): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(spaces)}`);
}
