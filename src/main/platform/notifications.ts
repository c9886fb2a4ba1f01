export interface Notice {
  readonly title: string;
  readonly body: string;
  /** Where a click leads, as a hash route: `#/runs/<id>`. */
  readonly route?: string;
}

/** Messages of the operating system. A head without them says so by `available`. */
export interface Notifications {
  readonly available: boolean;
  show(notice: Notice): void;
}

/** The server without a window has nowhere to show one. */
export const noNotifications: Notifications = { available: false, show() {} };

export function memoryNotifications(): Notifications & { readonly shown: Notice[] } {
  const shown: Notice[] = [];
  return { available: true, shown, show: (notice) => void shown.push(notice) };
}
