import type { LucideIcon } from 'lucide-react';
import { Archive, Bell, FolderOpen, HardDrive, SlidersHorizontal, Stethoscope } from 'lucide-react';

export type SectionId = 'general' | 'folders' | 'storage' | 'notices' | 'backup' | 'diagnostics';

/** The pages of the settings, in order; each has an address of its own, `#/settings/<id>`. */
export const sections: readonly { id: SectionId; label: string; icon: LucideIcon }[] = [
  { id: 'general', label: 'General', icon: SlidersHorizontal },
  { id: 'folders', label: 'Folders', icon: FolderOpen },
  { id: 'storage', label: 'Storage', icon: HardDrive },
  { id: 'notices', label: 'Notices', icon: Bell },
  { id: 'backup', label: 'Backup', icon: Archive },
  { id: 'diagnostics', label: 'Diagnostics', icon: Stethoscope },
];

export function sectionOf(text: string | undefined): SectionId {
  return sections.find(({ id }) => id === text)?.id ?? 'general';
}
