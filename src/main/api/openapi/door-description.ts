import type { FastifyInstance } from 'fastify';
import type { ZodType } from 'zod';
import type { DoorName } from '../../../shared/contract/domain.ts';
import type { ErrorAnswer } from '../plugins/errors.ts';

/** A security scheme object of OpenAPI 3.1. */
export type SecurityScheme =
  | { readonly type: 'http'; readonly scheme: 'bearer'; readonly description?: string }
  | {
      readonly type: 'apiKey';
      readonly in: 'header' | 'query';
      readonly name: string;
      readonly description?: string;
    }
  | {
      readonly type: 'oauth2';
      readonly description?: string;
      readonly flows: Readonly<Record<string, unknown>>;
    };

/** What is true of every route of a door; the rest is in each operation. */
export interface DoorDescription {
  /** Left out for routes that belong to no door; then only `/openapi.json` holds them. */
  readonly door?: DoorName;
  readonly title: string;
  /** Of the documented API, not of Sluice. */
  readonly version: string;
  readonly description: string;
  /** Ways to carry a key, by name; any one of them is enough. */
  readonly security: Readonly<Record<string, SecurityScheme>>;
  /** Shape of every error body; text when left out. */
  readonly error?: ZodType;
  /** The door's wording of errors: the examples of refusals are made by it. */
  readonly answer: ErrorAnswer;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    description?: DoorDescription;
  }
}

/** Says what door the routes of a scope belong to. Call it before they are added; several scopes may share one. */
export function describeDoor(scope: FastifyInstance, description: DoorDescription): void {
  scope.addHook('onRoute', ({ config }) => {
    if (config?.operation) config.description = description;
  });
}
