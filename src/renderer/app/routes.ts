import type { LucideIcon } from 'lucide-react';
import { CalendarClock, Database, History, KeyRound, Settings, Webhook, Workflow } from 'lucide-react';

/** The places of the left rail, in order. A place appears here once it works. */
export interface Place {
  readonly path: string;
  readonly label: string;
  readonly icon: LucideIcon;
}

export const places: readonly Place[] = [
  { path: '/pipelines', label: 'Pipelines', icon: Workflow },
  { path: '/runs', label: 'Runs', icon: History },
  { path: '/datasets', label: 'Datasets', icon: Database },
  { path: '/schedules', label: 'Schedules', icon: CalendarClock },
  { path: '/keys', label: 'API keys', icon: KeyRound },
  { path: '/webhooks', label: 'Webhooks', icon: Webhook },
];

export const settingsPlace: Place = { path: '/settings', label: 'Settings', icon: Settings };

export function isInside(location: string, place: Place): boolean {
  return location === place.path || location.startsWith(`${place.path}/`);
}
