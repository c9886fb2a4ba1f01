export interface AddressParts {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: string | undefined;
  /** With its leading slash; decoded. */
  readonly path: string;
  readonly query: AddressQuery;
  /** The address without who asks. */
  readonly plain: string;
}

export interface AddressQuery {
  /** The value of a name, whatever the case of its letters; null where it is not there. */
  get(name: string): string | null;
}

/**
 * The parts of an address. More forgiving than the standard: a password may hold `/`, `#` or `@` as it stands, since
 * people paste it in without encoding it. Everything up to the last `@` before the query then belongs to the user.
 */
export function splitAddress(text: string): AddressParts {
  const rest = text.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/)?/i, '');
  const [authority = ''] = /^[^/?#]*/.exec(rest) ?? [];
  const isPlain = authority.includes('@') && !/@/.test(rest.slice(authority.length).replace(/\?.*$/s, ''));
  const before = isPlain ? authority : rest.replace(/\?[^@]*$/s, '');
  const at = before.lastIndexOf('@');
  const place = at < 0 ? rest : rest.slice(at + 1);
  const [, host = '', port, path = '', query = ''] =
    /^(\[[^\]]*\]|[^:/?#]*)(?::([^/?#]*))?([^?#]*)(?:\?([^#]*))?/s.exec(place) ?? [];
  const [user, password] = at < 0 ? [] : splitUser(before.slice(0, at));
  return {
    user,
    password,
    host: host.replace(/^\[|\]$/g, ''),
    port: port === '' ? undefined : port,
    path: decoded(path),
    query: readQuery(query),
    plain: at < 0 ? text : text.slice(0, text.length - rest.length) + place,
  };
}

function readQuery(text: string): AddressQuery {
  const values = new Map<string, string>();
  for (const pair of text.split('&')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    if (name !== '') values.set(decoded(name).toLowerCase(), decoded(value.replaceAll('+', ' ')));
  }
  return { get: (name) => values.get(name.toLowerCase()) ?? null };
}

function splitUser(text: string): [string, string | undefined] {
  const colon = text.indexOf(':');
  return colon < 0
    ? [decoded(text), undefined]
    : [decoded(text.slice(0, colon)), decoded(text.slice(colon + 1))];
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that encodes nothing was meant as it stands.
    return text;
  }
}
