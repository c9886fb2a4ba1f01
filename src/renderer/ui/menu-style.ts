/** Shared looks of everything that floats: menus, selects, popovers. */
export const floating =
  'z-50 rounded-lg border border-line-strong bg-raised text-ink shadow-float outline-none animate-float-in';

export const menuList = `${floating} min-w-44 max-w-80 max-h-[min(26rem,var(--radix-popper-available-height,26rem))] overflow-y-auto p-1`;

export const menuItem =
  'flex min-h-control w-full items-center gap-2 rounded-sm px-2 py-1 text-left outline-none select-none ' +
  'data-highlighted:bg-hover data-[selected=true]:bg-hover [&[data-disabled]:not([data-disabled=false])]:opacity-45';

export const menuLabel = 'px-2 pt-1.5 pb-1 text-meta font-medium text-muted';
