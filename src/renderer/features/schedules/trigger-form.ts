import type { TriggerConfig, TriggerKind, TriggerSummary } from '../../../shared/contract/triggers.ts';
import { fieldTime, ownZone, zoneField } from '../../calendar/zones.ts';

/** What the dialog edits. */
export interface TriggerForm {
  readonly pipelineId: string | null;
  readonly name: string;
  readonly config: TriggerConfig;
  /** As texts; empty ones are left out. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly environment: 'live' | 'sandbox';
  readonly startAt: string | null;
  readonly endAt: string | null;
}

const fresh: Record<TriggerKind, TriggerConfig> = {
  cron: {
    kind: 'cron',
    cron: '0 2 * * *',
    timezone: ownZone,
    missed: 'last',
    overlap: 'skip',
    jitterSeconds: 0,
  },
  file: {
    kind: 'file',
    folder: '',
    pattern: '*.csv',
    subfolders: false,
    on: 'changes',
    stableSeconds: 5,
    missed: 'all',
  },
  dataset: { kind: 'dataset', dataset: '' },
  webhook: { kind: 'webhook', perMinute: 120 },
  pipeline: { kind: 'pipeline', pipelineId: '', on: ['succeeded'] },
};

export function newForm(kind: TriggerKind): TriggerForm {
  return {
    pipelineId: null,
    name: '',
    config: fresh[kind],
    parameters: {},
    environment: 'live',
    startAt: null,
    endAt: null,
  };
}

export function formOf(trigger: TriggerSummary): TriggerForm {
  const { pipelineId, name, config, environment, startAt, endAt } = trigger;
  const parameters = Object.fromEntries(
    Object.entries(trigger.parameters).map(([key, value]) => [key, String(value)]),
  );
  return { pipelineId, name, config, parameters, environment, startAt, endAt };
}

/** Why a form cannot be saved yet, as far as the window knows. */
export function missingOf({ pipelineId, name, config }: TriggerForm): string | undefined {
  if (!pipelineId) return 'Choose the pipeline that it starts.';
  if (name.trim() === '') return 'Give it a name.';
  if (config.kind === 'dataset' && config.dataset.trim() === '') return 'Name the dataset.';
  if (config.kind === 'pipeline' && config.pipelineId === '') return 'Choose the pipeline that it watches.';
  if (config.kind === 'pipeline' && config.on.length === 0) return 'Choose which ends it waits for.';
  return undefined;
}

/** Settings as the contract takes them. Texts fit parameters of any type that they spell. */
export function settingsOf({ name, config, parameters, environment, startAt, endAt }: TriggerForm) {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  return { name: name.trim(), config, parameters: Object.fromEntries(given), environment, startAt, endAt };
}

/** Whose clocks the times of a form are read from: a schedule has a zone, the other kinds are this machine's. */
export function zoneOf({ config }: Pick<TriggerForm, 'config'>): string {
  return config.kind === 'cron' ? config.timezone : ownZone;
}

/** Another zone: what was typed as the clock of the one is meant as the clock of the other. */
export function inZone(form: TriggerForm, timezone: string): Partial<TriggerForm> {
  const { config } = form;
  if (config.kind !== 'cron') return {};
  const move = (at: string | null) => fieldTime(zoneField(at, config.timezone), timezone);
  return { config: { ...config, timezone }, startAt: move(form.startAt), endAt: move(form.endAt) };
}
