import { call, lit } from '../../../shared/plan/build.ts';
import type { Scalar } from '../../../shared/plan/relation.ts';
import { both, truth } from '../logic.ts';

/** The formats that can be checked; any other is refused by its name. */
export const formats = [
  'date',
  'time',
  'date-time',
  'email',
  'uuid',
  'uri',
  'hostname',
  'ipv4',
  'ipv6',
] as const;
export type Format = (typeof formats)[number];

// RFC 3339. The length of a month and leap years are part of the expression, so nothing is converted.
const day = '(0[1-9]|[12]\\d|30)';
const commonDate = `\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-${day}|02-(0[1-9]|1\\d|2[0-8]))`;
const leapDay = '(([02468][048]|[13579][26])00|\\d\\d(0[48]|[2468][048]|[13579][26]))-02-29';
const date = `(${commonDate}|${leapDay})`;
const clock = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?';
const zone = '([zZ]|[+-]([01]\\d|2[0-3])(:?[0-5]\\d)?)';
const leapSecond = '23:59:60(\\.\\d+)?([zZ]|[+-]00(:?00)?)';
const time = `(${clock}${zone}|${leapSecond})`;

const byte = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = `(${byte}\\.){3}${byte}`;
const hex = '[0-9A-Fa-f]{1,4}';
/** RFC 3986, with the two colons at each of their places. */
const ipv6 = [
  `(${hex}:){7}(${hex}|:)`,
  `(${hex}:){6}(:${hex}|${ipv4}|:)`,
  ...[5, 4, 3, 2, 1, 0].map((before) => {
    const after = 7 - before;
    const lead = before === 0 ? ':' : `(${hex}:){${before}}`;
    return `${lead}((:${hex}){1,${after}}|(:${hex}){0,${after - 2}}:${ipv4}|:)`;
  }),
].join('|');

const percent = '%[0-9A-Fa-f]{2}';
const unreserved = "A-Za-z0-9\\-._~!$&'()*+,;=";
const segment = `([${unreserved}:@]|${percent})`;
const host = `(\\[(${ipv6}|[Vv][0-9A-Fa-f]+\\.[${unreserved}:]+)\\]|([${unreserved}]|${percent})*)`;
const authority = `//(([${unreserved}:]|${percent})*@)?${host}(:\\d*)?(/${segment}*)*`;
const uriPath = `(${authority}|/(${segment}+(/${segment}*)*)?|${segment}+(/${segment}*)*)`;
const uriTail = `([${unreserved}:@/?]|${percent})*`;
const uri = `[A-Za-z][A-Za-z0-9+\\-.]*:${uriPath}(\\?${uriTail})?(#${uriTail})?`;

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const label = '[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?';
const email = `${atom}(\\.${atom})*@(${label}\\.)+${label}`;
const shortLabel = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const hostname = `${shortLabel}(\\.${shortLabel})*\\.?`;
const hexDigit = '[0-9A-Fa-f]';
const uuid = `([uU][rR][nN]:[uU][uU][iI][dD]:)?${hexDigit}{8}-(${hexDigit}{4}-){3}${hexDigit}{12}`;

const expressions: Readonly<Record<Format, string>> = {
  date,
  time,
  'date-time': `${date}[tT ]${time}`,
  email,
  uuid,
  uri,
  hostname,
  ipv4,
  ipv6,
};

/** Column types whose every value has a format by itself, or never has. */
const typed: readonly (readonly [RegExp, Format])[] = [
  [/^DATE$/i, 'date'],
  [/^TIME\b(?!STAMP)/i, 'time'],
  [/^TIMESTAMP|^DATETIME/i, 'date-time'],
  [/^UUID$/i, 'uuid'],
];

/** Whether a text is of the format. `type` is the column's, where the text is that of a whole column. */
export function formatHolds(format: Format, text: Scalar, type?: string): Scalar {
  const own = type === undefined ? undefined : typed.find(([pattern]) => pattern.test(type))?.[1];
  if (own !== undefined) return truth(own === format);
  const matches = call('regexp_matches', text, lit(`^(${expressions[format]})$`));
  if (format !== 'hostname') return matches;
  const length = call('length', text);
  // Up to 253 letters, and one more for the dot that may end it.
  const short = { op: 'compare', operator: '<=', left: length, right: lit(253) } as const;
  const dotted = { op: 'compare', operator: '=', left: length, right: lit(254) } as const;
  const ends = both(dotted, call('ends_with', text, lit('.')));
  return both(matches, { op: 'any', of: [short, ends] });
}
