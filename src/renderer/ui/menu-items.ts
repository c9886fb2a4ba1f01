import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** One line of a menu; the same list serves a button's menu and a right click. */
export type MenuItem =
  | {
      type?: 'item';
      label: ReactNode;
      onSelect: () => void;
      icon?: LucideIcon | undefined;
      shortcut?: string | undefined;
      disabled?: boolean | undefined;
      /** Set apart in red: deletes something. */
      danger?: boolean | undefined;
      /** Small text under the label. */
      note?: ReactNode;
    }
  | {
      type: 'check';
      label: ReactNode;
      checked: boolean;
      onChange: (checked: boolean) => void;
      disabled?: boolean;
    }
  | { type: 'submenu'; label: ReactNode; icon?: LucideIcon; items: MenuItems }
  | { type: 'label'; label: ReactNode }
  | 'separator';

/** False, null and undefined are skipped, so `cond && item` reads well. */
export type MenuItems = readonly (MenuItem | false | null | undefined)[];
