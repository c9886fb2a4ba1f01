/** Functions that the expression editor suggests: those people reach for, with what they take. */
const listing = `
upper(text) upper case|lower(text) lower case|trim(text) without spaces at the ends|length(text) number of characters
concat(a, b, ...) joined as text|concat_ws(separator, a, ...) joined with a separator|replace(text, find, by) every occurrence replaced
substring(text, start, length) part of a text|left(text, count) first characters|right(text, count) last characters
split_part(text, separator, index) one piece of a text|string_split(text, separator) pieces as a list
contains(text, part) whether it holds the part|starts_with(text, part) whether it starts so|ends_with(text, part) whether it ends so
regexp_matches(text, pattern) whether a pattern occurs|regexp_replace(text, pattern, by) pattern replaced|regexp_extract(text, pattern, group) what a pattern finds
lpad(text, length, fill) filled up at the left|rpad(text, length, fill) filled up at the right|reverse(text) backwards|strip_accents(text) without accents
coalesce(a, b, ...) first that is not empty|nullif(a, b) empty when equal|ifnull(a, b) b when a is empty|greatest(a, b, ...) the largest|least(a, b, ...) the smallest
round(number, digits) rounded|floor(number) rounded down|ceil(number) rounded up|abs(number) without sign|sqrt(number) square root|power(base, exponent) to the power
ln(number) natural logarithm|log10(number) logarithm|exp(number) e to the power|sign(number) -1, 0 or 1
date_trunc('month', time) start of its month|date_part('year', time) one part|date_diff('day', from, to) whole units between|extract(year from time) one part
year(time) year|month(time) month 1 to 12|day(time) day of the month|hour(time) hour|dayofweek(time) 0 is Sunday|week(time) ISO week|quarter(time) quarter|last_day(time) last day of its month
strftime(time, '%Y-%m') written by a pattern|strptime(text, '%d.%m.%Y') read by a pattern|make_date(year, month, day) a date|to_days(count) an interval of days
cast(value as type) converted|try_cast(value as type) converted, empty where it does not fit
case when condition then value else other end chosen by a condition|if(condition, value, other) one of two
list_contains(list, value) whether it holds the value|len(list) length of a list|array_to_string(list, separator) joined as text|list_sum(list) sum of a list
json_extract(json, path) part of JSON|json_extract_string(json, path) part of JSON as text|struct_extract(struct, 'name') one field|md5(text) checksum|hash(value) number from a value
`;

export interface FunctionHelp {
  readonly name: string;
  /** As it is called: "replace(text, find, by)". */
  readonly signature: string;
  readonly help: string;
}

export const scalarFunctions: readonly FunctionHelp[] = listing
  .split(/[|\n]/)
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [, signature = line, help = ''] = /^(case when .* end|\S+?\(.*?\)) (.*)$/.exec(line.trim()) ?? [];
    return { name: /^\w+/.exec(signature)?.[0] ?? signature, signature, help };
  });

const windowListing = `row_number() over (order by x)|rank() over (order by x)|lag(x) over (order by y)|lead(x) over (order by y)|sum(x) over (partition by y)|avg(x) over (partition by y)|count(*) over (partition by y)|first_value(x) over (partition by y order by z)`;

export const windowFunctions: readonly FunctionHelp[] = windowListing.split('|').map((signature) => ({
  name: /^\w+/.exec(signature)?.[0] ?? signature,
  signature,
  help: 'over neighbouring rows',
}));
