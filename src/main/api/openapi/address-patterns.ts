const port = '(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?';
/** Behind the host; what an address may not hold is escaped there (%20). */
const rest = '([/?#][^\\u0000-\\u0020\\u007f]*)?';
const label = '[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?';

/** Any address of the web, by name or number, without a user's name. Whether it may be sent to is not its text's to say. */
export const webAddressPattern = `[Hh][Tt][Tt][Pp][Ss]?://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9_.-]*[A-Za-z0-9][.]?)${port}${rest}`;

/** An https address by a public name: what every key may send to. Documents show it in place of the wider one. */
export const publicAddressPattern = `https://(${label}[.])+[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?[.]?${port}${rest}`;
