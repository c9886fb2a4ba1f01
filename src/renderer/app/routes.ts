import type { LucideIcon } from 'lucide-react';
import {
  ArrowDownUp,
  CalendarClock,
  Database,
  History,
  KeyRound,
  Plug,
  Settings,
  Webhook,
  Workflow,
} from 'lucide-react';

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
  { path: '/sources', label: 'Sources', icon: Plug },
  { path: '/schedules', label: 'Schedules', icon: CalendarClock },
  { path: '/keys', label: 'API keys', icon: KeyRound },
  { path: '/requests', label: 'Requests', icon: ArrowDownUp },
  { path: '/webhooks', label: 'Webhooks', icon: Webhook },
];

export const settingsPlace: Place = { path: '/settings', label: 'Settings', icon: Settings };

export function isInside(location: string, place: Place): boolean {
  return location === place.path || location.startsWith(`${place.path}/`);
}
