import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { settings, settingsChange } from './domain.ts';
import { appEvent } from './events.ts';

export const systemContract = {
  info: oc.input(z.object({}).default({})).output(
    z.object({
      version: z.string(),
      /** The API's address, e.g. http://127.0.0.1:7430. */
      url: z.string(),
      home: z.string(),
      filesFolder: z.string(),
      head: z.enum(['electron', 'browser']),
      pid: z.int(),
      duckdb: z.string(),
      sqlite: z.string(),
      running: z.int(),
      queued: z.int(),
      slots: z.int(),
      diskBytes: z.object({ store: z.int(), datasets: z.int(), kept: z.int() }),
      /** Truths the owner should know, e.g. a missing OS limit on this platform. */
      warnings: z.array(z.string()),
    }),
  ),
  settings: oc.input(z.object({}).default({})).output(settings),
  saveSettings: oc.input(settingsChange).output(settings),
  /** Live events from now on. A client that reconnects asks for the lists again first. */
  events: oc.input(z.object({}).default({})).output(eventIterator(appEvent)),
  /** Proves the home folder whole; each list names what is wrong. */
  fsck: oc.input(z.object({}).default({})).output(
    z.object({
      integrity: z.string(),
      lost: z.array(z.string()),
      orphans: z.array(z.string()),
      missing: z.array(z.string()),
      duplicates: z.array(z.string()),
    }),
  ),
  /** A fresh one-time sign-in address for a browser. */
  signInLink: oc.input(z.object({}).default({})).output(z.object({ url: z.string(), expiresAt: z.string() })),
  /** Puts the sample data and pipelines (back) in place. */
  addSamples: oc.input(z.object({}).default({})).output(z.object({ added: z.int() })),
};
