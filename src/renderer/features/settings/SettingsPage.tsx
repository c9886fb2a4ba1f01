import { useQuery } from '@tanstack/react-query';
import type { Settings } from '../../../shared/contract/domain.ts';
import { awaiting } from '../../data/awaiting.ts';
import { orpc } from '../../data/client.ts';
import { useAppEvent } from '../../data/events.ts';
import { Awaited, cx, TopBar } from '../../ui/index.ts';
import { About } from './About.tsx';
import { BackupSection } from './BackupSection.tsx';
import { DiagnosticsSection } from './DiagnosticsSection.tsx';
import { EngineSettings } from './EngineSettings.tsx';
import { ExportSettings } from './ExportSettings.tsx';
import { Folders } from './Folders.tsx';
import { NoticesSection } from './notices/NoticesSection.tsx';
import { Section } from './Section.tsx';
import { type SectionId, sectionOf, sections } from './sections.ts';
import { StorageSection } from './storage/StorageSection.tsx';
import { ThemeChoice } from './ThemeChoice.tsx';

/** What the owner decides about this machine, a page a subject. */
export function SettingsPage({ section }: { section?: string | undefined }) {
  const shown = sectionOf(section);
  const label = sections.find(({ id }) => id === shown)?.label ?? '';
  const query = useQuery(orpc.system.settings.queryOptions({ input: {} }));
  useAppEvent('settings.changed', () => void query.refetch());
  return (
    <>
      <TopBar crumbs={[{ label: 'Settings', href: '#/settings' }, { label }]} />
      <div className="flex min-h-0 flex-1 bg-panel">
        <Navigation shown={shown} />
        <div key={shown} className="min-w-0 flex-1 overflow-auto">
          <div className="flex max-w-[860px] flex-col gap-10 px-8 py-7">
            <Awaited {...awaiting(query)} where="The settings could not be read.">
              {() => query.data && <Shown section={shown} settings={query.data} />}
            </Awaited>
          </div>
        </div>
      </div>
    </>
  );
}

function Navigation({ shown }: { shown: SectionId }) {
  return (
    <nav
      aria-label="Settings"
      className="flex w-[188px] shrink-0 flex-col gap-0.5 border-r border-line px-2 py-3"
    >
      {sections.map(({ id, label, icon: Icon }) => (
        <a
          key={id}
          href={`#/settings/${id}`}
          aria-current={id === shown ? 'page' : undefined}
          className={cx(
            'flex h-8 items-center gap-2.5 rounded-control px-2.5',
            id === shown ? 'bg-accent-soft font-medium text-ink' : 'text-muted hover:bg-hover hover:text-ink',
          )}
        >
          <Icon size={15} aria-hidden className="shrink-0" />
          {label}
        </a>
      ))}
    </nav>
  );
}

function Shown({ section, settings }: { section: SectionId; settings: Settings }) {
  switch (section) {
    case 'general':
      return (
        <>
          <Section title="Appearance">
            <ThemeChoice />
          </Section>
          <EngineSettings settings={settings} />
          <ExportSettings settings={settings} />
          <About />
        </>
      );
    case 'folders':
      return <Folders folders={settings.grantedFolders} />;
    case 'storage':
      return <StorageSection settings={settings} />;
    case 'notices':
      return <NoticesSection />;
    case 'backup':
      return <BackupSection />;
    case 'diagnostics':
      return <DiagnosticsSection />;
  }
}
