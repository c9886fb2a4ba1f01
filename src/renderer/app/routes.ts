import type { LucideIcon } from 'lucide-react';
import { Database, History, KeyRound, Settings, Workflow } from 'lucide-react';

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
  { path: '/keys', label: 'API keys', icon: KeyRound },
];

export const settingsPlace: Place = { path: '/settings', label: 'Settings', icon: Settings };

export function isInside(location: string, place: Place): boolean {
  return location === place.path || location.startsWith(`${place.path}/`);
}
