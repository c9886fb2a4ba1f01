import { CalendarClock, Database, FolderInput, type LucideIcon, Webhook, Workflow } from 'lucide-react';
import type {
  FireOutcome,
  TriggerConfig,
  TriggerKind,
  TriggerSummary,
} from '../../../shared/contract/triggers.ts';
import type { Status } from '../../ui/index.ts';

export const kindLook: Record<TriggerKind, { icon: LucideIcon; title: string; note: string }> = {
  cron: { icon: CalendarClock, title: 'Schedule', note: 'At times that you choose' },
  file: { icon: FolderInput, title: 'File trigger', note: 'When a file arrives in a folder or changes' },
  dataset: { icon: Database, title: 'Dataset trigger', note: 'When a dataset gets a new version' },
  pipeline: { icon: Workflow, title: 'Pipeline trigger', note: 'When a run of another pipeline ends' },
  webhook: { icon: Webhook, title: 'Inbound call', note: 'When a program calls a signed address' },
};

/** What a trigger waits for, on one line. */
export function whenText(config: TriggerConfig, pipelineName: (id: string) => string | undefined): string {
  switch (config.kind) {
    case 'cron':
      return `${config.cron} · ${config.timezone}`;
    case 'file':
      return `${config.pattern} in ${config.folder || 'the files folder'}`;
    case 'dataset':
      return `New version of ${config.dataset}`;
    case 'pipeline':
      return `${pipelineName(config.pipelineId) ?? 'A removed pipeline'} ${config.on.map((end) => endWords[end]).join(' or ')}`;
    case 'webhook':
      return 'A signed call';
  }
}

export const endWords = { succeeded: 'succeeds', failed: 'fails', cancelled: 'is cancelled' } as const;

export const outcomeLook: Record<FireOutcome, { status: Status; label: string }> = {
  started: { status: 'succeeded', label: 'Started' },
  waiting: { status: 'queued', label: 'Waiting' },
  skipped: { status: 'skipped', label: 'Left out' },
  missed: { status: 'warning', label: 'Missed' },
  failed: { status: 'failed', label: 'Failed' },
};

export const triggerStates = ['Active', 'Needs attention', 'Paused', 'Over'] as const;
export type TriggerState = (typeof triggerStates)[number];

/** What a trigger is, as one status. */
export function triggerState({ problem, pausedAt, nextFireAt, config, endAt, lastFire }: TriggerSummary): {
  status: Status;
  label: TriggerState;
} {
  if (problem !== null) return { status: 'failed', label: 'Needs attention' };
  if (pausedAt !== null) return { status: 'cancelled', label: 'Paused' };
  if (config.kind === 'cron' && nextFireAt === null) return { status: 'skipped', label: 'Over' };
  if (endAt !== null && Date.parse(endAt) <= Date.now()) return { status: 'skipped', label: 'Over' };
  if (lastFire?.outcome === 'failed') return { status: 'warning', label: 'Needs attention' };
  return { status: 'succeeded', label: 'Active' };
}

export const fileMissedWords = {
  all: 'Each of them fires, oldest first; of more than 1,000 the newest 1,000.',
  last: 'Only the newest fires.',
  skip: 'They are written down as missed.',
};

/** What a fire stands for, where that is more than its time: a file, or a person. */
export function causeOf(slot: string): string {
  if (slot.startsWith('now/')) return 'Run now';
  return /^(.+) \d+ \d{4}-\d\d-\d\dT[\d:.]+Z$/.exec(slot)?.[1] ?? '';
}

/** How parameters may speak of what fired, by kind. */
export const placeHelp: Record<TriggerKind, string> = {
  cron: '{slot}, {slot.date}, {slot.time}, {previous_slot} and {previous_slot.date} stand for the times of the run.',
  file: '{path} stands for the file; {file.name}, {file.bytes} and {file.modified} tell more of it.',
  dataset: '{dataset}, {dataset.version}, {dataset.rows} and {run} stand for what was published.',
  pipeline: '{run}, {run.status} and {pipeline} stand for the run that ended.',
  webhook: '{body.customer.id} stands for a field of the JSON that was sent; {received} for its time.',
};

export type SnippetLanguage = 'shell' | 'python' | 'javascript';

/** A signed call as a script makes it. The secret comes from the environment, so that the text may be kept. */
export function signingSnippet(language: SnippetLanguage, url: string): string {
  return { shell, python, javascript }[language].replaceAll('URL', url);
}

const shell = `# SLUICE_SECRET holds the secret (whsec_...)
body='{"customer": {"id": "c-7"}}'
time=$(date +%s)
signature=$(printf '%s.%s' "$time" "$body" |
  openssl dgst -sha256 -hmac "$SLUICE_SECRET" | sed 's/^.* //')
curl -sS -X POST 'URL' \\
  -H 'content-type: application/json' \\
  -H "x-timestamp: $time" \\
  -H "x-signature: $signature" \\
  --data-raw "$body"`;

const python = `import hashlib, hmac, json, os, time, urllib.request

body = json.dumps({"customer": {"id": "c-7"}}).encode()
at = str(int(time.time()))
key = os.environ["SLUICE_SECRET"].encode()
signature = hmac.new(key, at.encode() + b"." + body, hashlib.sha256).hexdigest()
request = urllib.request.Request("URL", data=body, method="POST", headers={
    "content-type": "application/json", "x-timestamp": at, "x-signature": signature})
print(urllib.request.urlopen(request).read().decode())`;

const javascript = `import { createHmac, randomUUID } from 'node:crypto';

const body = JSON.stringify({ customer: { id: 'c-7' } });
const id = randomUUID();
const at = String(Math.floor(Date.now() / 1000));
const key = Buffer.from(process.env.SLUICE_SECRET.replace(/^whsec_/, ''), 'base64');
const signature = createHmac('sha256', key).update(\`\${id}.\${at}.\${body}\`).digest('base64');
const answer = await fetch('URL', {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': at,
    'webhook-signature': \`v1,\${signature}\`,
  },
  body,
});
console.log(answer.status, await answer.text());`;
