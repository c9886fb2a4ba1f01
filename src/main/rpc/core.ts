import type { Engine } from '../engine/index.ts';
import type { Notices } from '../outbound/notices/dispatcher.ts';
import type { EventBus, Services } from '../services/index.ts';
import type { Triggers } from '../triggers/index.ts';

/** Where failures that nobody foresaw are written; a pino logger fits. */
export interface CallLog {
  error(fields: object, message: string): void;
}

/** What the calls of the contract work with; made once by the composition root. */
export interface RpcCore {
  readonly services: Services;
  readonly engine: Engine;
  /** Whether triggers are looked after, and when they were last. */
  readonly triggerLoop: Pick<Triggers, 'status'>;
  readonly events: EventBus;
  readonly notices: Notices;
  readonly log: CallLog;
  readonly facts: SystemFacts;
  /** Absolute path of the folder for exported files. */
  readonly exportsFolder: string;
  /** Fires when the app stops: live streams end. */
  readonly stopping: AbortSignal;
  /** The path of a one-time address where a finished file can be fetched. */
  issueDownload(file: { readonly path: string; readonly fileName: string }): string;
  signInLink(): { url: string; expiresAt: string };
}

/** Truths about this process that `system.info` tells. */
export interface SystemFacts {
  readonly version: string;
  readonly home: string;
  readonly filesFolder: string;
  readonly head: 'electron' | 'browser';
  url(): string;
  duckdb(): string;
  readonly sqlite: string;
  diskBytes(): Promise<{ store: number; datasets: number; kept: number }>;
  warnings(): string[];
}

/** Who calls: the window, or the command line. It becomes the author of what is saved. */
export interface CallContext {
  readonly caller: 'window' | 'cli';
}
