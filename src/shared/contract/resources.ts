import { z } from 'zod';

/** The core's things in the words of the DataOS door. */

/**
 * A pipeline is a workflow, a trigger of its own (not a pipeline's schedule) a service, a source a depot. Secrets are
 * named values that depots may use.
 */
export const resourceTypes = ['workflow', 'service', 'depot', 'dataset', 'secret'] as const;
export const resourceType = z.enum(resourceTypes);
export type ResourceType = (typeof resourceTypes)[number];

/**
 * `pending`: the first run of what was applied waits to be started. `active`: it is in effect. `paused`: its schedule or
 * trigger was paused. How runs end is no status: the logs tell it.
 */
export const resourceStatuses = ['pending', 'active', 'paused'] as const;
export const resourceStatus = z.enum(resourceStatuses);
export type ResourceStatus = (typeof resourceStatuses)[number];

/** Names of resources and workspaces, as they stand in addresses. */
export const resourceNamePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/;
