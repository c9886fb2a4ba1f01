import { PanelLeftClose, PanelLeftOpen, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useCommandStore } from '../stores/commands.ts';
import { Tooltip } from '../ui/index.ts';
import { isInside, type Place, places, settingsPlace } from './routes.ts';

const pinnedKey = 'sluice.rail.pinned';

/** The left rail: icons with labels on hover, or pinned open with labels beside them. */
export function Rail({ location }: { location: string }) {
  const [pinned, setPinned] = useState(() => localStorage.getItem(pinnedKey) === 'yes');
  useEffect(() => localStorage.setItem(pinnedKey, pinned ? 'yes' : 'no'), [pinned]);
  const openPalette = () => useCommandStore.getState().setOpen(true);
  const PinIcon = pinned ? PanelLeftClose : PanelLeftOpen;
  return (
    <nav
      aria-label="Main"
      className={`flex shrink-0 flex-col border-r border-line bg-panel px-2 py-2 ${pinned ? 'w-52' : 'w-13'}`}
    >
      <a
        href="#/pipelines"
        aria-label="Sluice, pipelines"
        className="mb-2 flex h-9 items-center gap-2.5 rounded-md px-1.5 font-semibold text-title"
      >
        <img src="./icon.svg" alt="" className="size-6 shrink-0" />
        {pinned && <span>Sluice</span>}
      </a>
      <RailButton
        label="Search and commands"
        shortcut="mod+k"
        icon={Search}
        pinned={pinned}
        onClick={openPalette}
      />
      <ul className="mt-1 flex flex-col gap-0.5">
        {places.map((place) => (
          <li key={place.path}>
            <RailLink place={place} active={isInside(location, place)} pinned={pinned} />
          </li>
        ))}
      </ul>
      <div className="mt-auto flex flex-col gap-0.5">
        <RailLink place={settingsPlace} active={isInside(location, settingsPlace)} pinned={pinned} />
        <RailButton
          label={pinned ? 'Collapse the rail' : 'Pin the rail open'}
          icon={PinIcon}
          pinned={pinned}
          onClick={() => setPinned(!pinned)}
        />
      </div>
    </nav>
  );
}

const itemClass = 'flex h-9 w-full items-center gap-2.5 rounded-md px-2.5 text-left transition-colors';

function RailLink({ place, active, pinned }: { place: Place; active: boolean; pinned: boolean }) {
  const Icon = place.icon;
  const link = (
    <a
      href={`#${place.path}`}
      aria-current={active ? 'page' : undefined}
      aria-label={place.label}
      className={`${itemClass} ${active ? 'bg-accent-soft text-accent-text' : 'text-muted hover:bg-hover hover:text-ink'}`}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {pinned && <span className="truncate">{place.label}</span>}
    </a>
  );
  return pinned ? (
    link
  ) : (
    <Tooltip content={place.label} side="right">
      {link}
    </Tooltip>
  );
}

interface RailButtonProps {
  readonly label: string;
  readonly shortcut?: string;
  readonly icon: Place['icon'];
  readonly pinned: boolean;
  readonly onClick: () => void;
}

function RailButton({ label, shortcut, icon: Icon, pinned, onClick }: RailButtonProps) {
  const button = (
    <button
      type="button"
      aria-label={label}
      onClick={onClick}
      className={`${itemClass} text-muted hover:bg-hover hover:text-ink`}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {pinned && <span className="truncate">{label}</span>}
    </button>
  );
  return pinned ? (
    button
  ) : (
    <Tooltip content={label} shortcut={shortcut} side="right">
      {button}
    </Tooltip>
  );
}
