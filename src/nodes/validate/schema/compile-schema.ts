import { isPlainObject } from '../../../shared/kernel/json.ts';
import { call, choose, col, compare, lit } from '../../../shared/plan/build.ts';
import type { CompareOperator, Scalar } from '../../../shared/plan/relation.ts';
import { always, both, either, implies, never, not } from '../logic.ts';
import { enginePattern } from '../pattern.ts';
import { type Format, formatHolds } from './formats.ts';
import { isSchema, type JsonSchema, type JsonType, resolveReference } from './json-schema.ts';
import { columnValue, type Items, type Members, type Value } from './value.ts';

/** One thing that a row must keep, and what to say of a row that does not. */
export interface RowRule {
  readonly ok: Scalar;
  readonly reason: string;
}

/** A schema's rules over a row, without faults (`schemaFaults`). `lambda` begins names that no column has. */
export function schemaRules(schema: JsonSchema, row: Value, lambda: string): RowRule[] {
  return new SchemaCompiler(schema, lambda).rules(schema, row, '');
}

class SchemaCompiler {
  readonly #root: unknown;
  readonly #lambda: string;
  #lambdas = 0;

  constructor(root: unknown, lambda: string) {
    this.#root = root;
    this.#lambda = lambda;
  }

  rules(schema: unknown, value: Value, path: string): RowRule[] {
    if (schema === true) return [];
    if (!isPlainObject(schema)) return [{ ok: never, reason: told(path, 'is not allowed') }];
    return [
      ...this.#reference(schema, value, path),
      ...this.#types(schema, value, path),
      ...this.#values(schema, value, path),
      ...this.#numbers(schema, value, path),
      ...this.#strings(schema, value, path),
      ...this.#lists(schema, value, path),
      ...this.#objects(schema, value, path),
      ...this.#combined(schema, value, path),
    ].filter(({ ok }) => ok !== always);
  }

  /** Whether a value keeps a schema as a whole. */
  #holds(schema: unknown, value: Value): Scalar {
    return both(...this.rules(schema, value, '').map(({ ok }) => ok));
  }

  #reference({ $ref }: JsonSchema, value: Value, path: string): RowRule[] {
    return typeof $ref === 'string' ? this.rules(resolveReference(this.#root, $ref), value, path) : [];
  }

  #types({ type }: JsonSchema, value: Value, path: string): RowRule[] {
    if (type === undefined) return [];
    const types = [type].flat() as JsonType[];
    const names = types.map((each) => typeNames[each]).join(' or ');
    return [{ ok: either(...types.map((each) => value.is(each))), reason: told(path, `must be ${names}`) }];
  }

  #values(schema: JsonSchema, value: Value, path: string): RowRule[] {
    const rules: RowRule[] = [];
    const options = schema.enum;
    if (Array.isArray(options)) {
      const ok = either(...options.map((option) => this.#equals(value, option)));
      rules.push({ ok, reason: told(path, `must be one of ${shown(options)}`) });
    }
    if ('const' in schema) {
      const reason = told(path, `must be ${JSON.stringify(schema.const)}`);
      rules.push({ ok: this.#equals(value, schema.const), reason });
    }
    return rules;
  }

  #equals(value: Value, constant: unknown): Scalar {
    if (constant === null) return value.is('null');
    if (typeof constant === 'string')
      return both(value.is('string'), compare(value.text(), '=', lit(constant)));
    if (typeof constant === 'number') return both(value.is('number'), value.compareNumber('=', constant));
    if (typeof constant === 'boolean')
      return both(value.is('boolean'), constant ? value.isTrue() : not(value.isTrue()));
    if (Array.isArray(constant)) {
      const { items } = value;
      const equal = constant.map((each, at) => this.#equals(items.at(at), each));
      return both(value.is('array'), compare(items.count, '=', lit(constant.length)), ...equal);
    }
    return this.#equalsObject(value, constant as JsonSchema);
  }

  #equalsObject(value: Value, constant: JsonSchema): Scalar {
    const parts = Object.entries(constant).map(([name, each]) => {
      const member = value.members.find(name);
      return member ? both(member.present, this.#equals(member.value, each)) : never;
    });
    const size = compare(this.#size(value.members), '=', lit(parts.length));
    return both(value.is('object'), size, ...parts);
  }

  #numbers(schema: JsonSchema, value: Value, path: string): RowRule[] {
    const rules: RowRule[] = [];
    for (const [keyword, operator, words] of bounds) {
      const bound = schema[keyword];
      if (typeof bound !== 'number') continue;
      const ok = implies(value.is('number'), value.compareNumber(operator, bound));
      rules.push({ ok, reason: told(path, `must be ${words} ${bound}`) });
    }
    const factor = schema.multipleOf;
    if (typeof factor === 'number') {
      const ok = implies(value.is('number'), value.isMultipleOf(factor));
      rules.push({ ok, reason: told(path, `must be a multiple of ${factor}`) });
    }
    return rules;
  }

  #strings(schema: JsonSchema, value: Value, path: string): RowRule[] {
    const rules: RowRule[] = [];
    const add = (ok: Scalar, reason: string) =>
      rules.push({ ok: implies(value.is('string'), ok), reason: told(path, reason) });
    const { minLength, maxLength, pattern, format } = schema;
    const length = call('length', value.text());
    if (typeof minLength === 'number')
      add(compare(length, '>=', lit(minLength)), `must have at least ${minLength} characters`);
    if (typeof maxLength === 'number')
      add(compare(length, '<=', lit(maxLength)), `must have at most ${maxLength} characters`);
    if (typeof pattern === 'string')
      add(call('regexp_matches', value.text(), lit(enginePattern(pattern))), `does not match ${pattern}`);
    if (typeof format === 'string')
      add(formatHolds(format as Format, value.text(), value.stringType), `is no ${format}`);
    return rules;
  }

  #lists(schema: JsonSchema, value: Value, path: string): RowRule[] {
    const rules: RowRule[] = [];
    const add = (ok: Scalar, reason: string) =>
      rules.push({ ok: implies(value.is('array'), ok), reason: told(path, reason) });
    const { items } = value;
    const { minItems, maxItems, uniqueItems } = schema;
    if (typeof minItems === 'number')
      add(compare(items.count, '>=', lit(minItems)), `must have at least ${counted(minItems)}`);
    if (typeof maxItems === 'number')
      add(compare(items.count, '<=', lit(maxItems)), `must have at most ${counted(maxItems)}`);
    if (uniqueItems === true) add(this.#distinct(items), 'must not hold a value twice');
    this.#positions(schema, items, path, add, rules, value);
    this.#contains(schema, items, add);
    return rules;
  }

  /** Schemas by position, and the one for what follows them. */
  #positions(
    schema: JsonSchema,
    items: Items,
    path: string,
    add: (ok: Scalar, reason: string) => void,
    rules: RowRule[],
    value: Value,
  ): void {
    const tuple = Array.isArray(schema.items) ? schema.items : schema.prefixItems;
    const first: readonly unknown[] = Array.isArray(tuple) ? tuple : [];
    const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
    first.forEach((each, at) => {
      const there = both(value.is('array'), compare(items.count, '>', lit(at)));
      for (const { ok, reason } of this.rules(each, items.at(at), `${path}[${at}]`))
        rules.push({ ok: implies(there, ok), reason });
    });
    if (!isSchema(rest) || rest === true) return;
    const following =
      first.length === 0 ? items.list : call('list_slice', items.list, lit(first.length + 1), items.count);
    const bad = this.#filtered(following, (element) => not(this.#holds(rest, items.each(element))));
    add(
      isEmpty(bad),
      rest === false ? `must have at most ${counted(first.length)}` : 'has an entry that does not fit',
    );
  }

  #contains(schema: JsonSchema, items: Items, add: (ok: Scalar, reason: string) => void): void {
    const { contains, minContains = 1, maxContains } = schema;
    if (!isSchema(contains)) return;
    const fitting = this.#filtered(items.list, (element) => this.#holds(contains, items.each(element)));
    const count = call('len', fitting);
    add(compare(count, '>=', lit(Number(minContains))), 'has too few entries of the wanted form');
    if (typeof maxContains === 'number')
      add(compare(count, '<=', lit(maxContains)), 'has too many entries of the wanted form');
  }

  #distinct(items: Items): Scalar {
    const parameter = this.#parameter();
    const body = items.identities(col(parameter));
    const ids = call('list_transform', items.list, { op: 'lambda', parameter, body });
    return compare(call('len', call('list_distinct', ids)), '=', items.count);
  }

  #objects(schema: JsonSchema, value: Value, path: string): RowRule[] {
    const rules: RowRule[] = [];
    const isObject = value.is('object');
    const add = (ok: Scalar, reason: string, at = path) =>
      rules.push({ ok: implies(isObject, ok), reason: told(at, reason) });
    const { members } = value;
    const present = (name: string): Scalar => members.find(name)?.present ?? never;
    for (const name of listOf(schema.required)) add(present(name), 'is missing', joined(path, name));
    for (const [name, inner] of entriesOf(schema.properties)) {
      const member = members.find(name);
      if (!member) continue;
      for (const { ok, reason } of this.rules(inner, member.value, joined(path, name)))
        rules.push({ ok: implies(both(isObject, member.present), ok), reason });
    }
    for (const [name, needs] of entriesOf(schema.dependentRequired ?? schema.dependencies)) {
      for (const need of listOf(needs))
        add(implies(present(name), present(need)), `is missing beside ${name}`, joined(path, need));
    }
    for (const [name, inner] of [...entriesOf(schema.dependentSchemas), ...entriesOf(schema.dependencies)]) {
      if (!isSchema(inner)) continue;
      for (const { ok, reason } of this.rules(inner, value, path))
        rules.push({ ok: implies(present(name), ok), reason });
    }
    this.#namedMembers(schema, members, path, add, rules);
    const { minProperties, maxProperties } = schema;
    if (typeof minProperties === 'number')
      add(
        compare(this.#size(members), '>=', lit(minProperties)),
        `must have at least ${minProperties} fields`,
      );
    if (typeof maxProperties === 'number')
      add(
        compare(this.#size(members), '<=', lit(maxProperties)),
        `must have at most ${maxProperties} fields`,
      );
    return rules;
  }

  /** patternProperties, additionalProperties and propertyNames: what is said of members by their names. */
  #namedMembers(
    schema: JsonSchema,
    members: Members,
    path: string,
    add: (ok: Scalar, reason: string, at?: string) => void,
    rules: RowRule[],
  ): void {
    const patterns = entriesOf(schema.patternProperties);
    const declared = entriesOf(schema.properties).map(([name]) => name);
    const { additionalProperties: others, propertyNames: naming } = schema;
    const isOther = (name: string): boolean =>
      !declared.includes(name) && !patterns.some(([pattern]) => new RegExp(pattern, 'u').test(name));
    // Only a row knows its members beforehand, and it is always an object.
    const judge = (name: string, present: Scalar, inner: unknown, value: Value): void => {
      for (const { ok, reason } of this.rules(inner, value, joined(path, name)))
        rules.push({ ok: implies(present, ok), reason });
    };
    for (const { name, present, value } of members.known) {
      for (const [pattern, inner] of patterns)
        if (new RegExp(pattern, 'u').test(name)) judge(name, present, inner, value);
      if (isSchema(others) && isOther(name)) {
        if (others === false) add(not(present), 'is not an expected field', joined(path, name));
        else judge(name, present, others, value);
      }
      if (isSchema(naming))
        add(
          implies(present, this.#holds(naming, columnValue(lit(name), 'VARCHAR'))),
          'has a name that does not fit',
          joined(path, name),
        );
    }
    this.#foundMembers({ patterns, declared, others, naming }, members, add);
  }

  #foundMembers(
    { patterns, declared, others, naming }: NamedSchemas,
    { found }: Members,
    add: (ok: Scalar, reason: string) => void,
  ): void {
    if (!found) return;
    const matches = (name: Scalar, pattern: string): Scalar =>
      call('regexp_matches', name, lit(enginePattern(pattern)));
    const none = (bad: (name: Scalar) => Scalar, reason: string) =>
      add(isEmpty(this.#filtered(found.names, bad)), reason);
    for (const [pattern, inner] of patterns) {
      none(
        (name) => both(matches(name, pattern), not(this.#holds(inner, found.at(name)))),
        `has a field like ${pattern} that does not fit`,
      );
    }
    if (isSchema(others) && others !== true) {
      const isOther = (name: Scalar): Scalar =>
        both(
          not({ op: 'in', value: name, options: declared.map((each) => lit(each)) }),
          ...patterns.map(([pattern]) => not(matches(name, pattern))),
        );
      none(
        (name) => both(isOther(name), not(this.#holds(others, found.at(name)))),
        others === false ? 'has a field that is not expected' : 'has a further field that does not fit',
      );
    }
    if (isSchema(naming))
      none(
        (name) => not(this.#holds(naming, columnValue(name, 'VARCHAR'))),
        'has a field whose name does not fit',
      );
  }

  #combined(schema: JsonSchema, value: Value, path: string): RowRule[] {
    const { allOf, anyOf, oneOf, if: condition } = schema;
    const rules: RowRule[] = [];
    for (const inner of Array.isArray(allOf) ? allOf : []) rules.push(...this.rules(inner, value, path));
    if (Array.isArray(anyOf)) {
      const ok = either(...anyOf.map((inner) => this.#holds(inner, value)));
      rules.push({ ok, reason: told(path, 'fits none of the possible forms') });
    }
    if (Array.isArray(oneOf)) {
      const held: Scalar[] = oneOf.map((inner) => this.#holds(inner, value));
      const ok = compare(total(held), '=', lit(1));
      rules.push({ ok, reason: told(path, `must fit exactly one of ${oneOf.length} forms`) });
    }
    if (isSchema(schema.not))
      rules.push({
        ok: not(this.#holds(schema.not, value)),
        reason: told(path, 'is of a form that is excluded'),
      });
    if (isSchema(condition)) {
      const when = this.#holds(condition, value);
      for (const { ok, reason } of this.rules(schema.then ?? true, value, path))
        rules.push({ ok: implies(when, ok), reason });
      for (const { ok, reason } of this.rules(schema.else ?? true, value, path))
        rules.push({ ok: either(when, ok), reason });
    }
    return rules;
  }

  #size({ known, found }: Members): Scalar {
    const counted = total(known.map(({ present }) => present));
    if (!found) return counted;
    const inside = call('len', call('coalesce', found.names, { op: 'list', of: [] }));
    return known.length === 0 ? inside : call('add', counted, inside);
  }

  #parameter(): string {
    this.#lambdas += 1;
    return `${this.#lambda}${this.#lambdas}`;
  }

  #filtered(list: Scalar, keep: (element: Scalar) => Scalar): Scalar {
    const parameter = this.#parameter();
    return call('list_filter', list, { op: 'lambda', parameter, body: keep(col(parameter)) });
  }
}

interface NamedSchemas {
  readonly patterns: readonly (readonly [string, unknown])[];
  readonly declared: readonly string[];
  readonly others: unknown;
  readonly naming: unknown;
}

/** No list is an empty one: a value of another type has no entries. */
const isEmpty = (list: Scalar): Scalar => compare(call('coalesce', call('len', list), lit(0)), '=', lit(0));

/** How many hold. */
const total = (of: readonly Scalar[]): Scalar =>
  of.map((one) => choose(one, lit(1), lit(0))).reduce((sum, one) => call('add', sum, one), lit(0));

const bounds: readonly (readonly [string, CompareOperator, string])[] = [
  ['minimum', '>=', 'at least'],
  ['maximum', '<=', 'at most'],
  ['exclusiveMinimum', '>', 'more than'],
  ['exclusiveMaximum', '<', 'less than'],
];

const typeNames: Readonly<Record<JsonType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  object: 'an object',
};

const told = (path: string, what: string): string => `${path === '' ? 'the record' : path} ${what}`;
const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
const counted = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`);

const entriesOf = (value: unknown): [string, unknown][] =>
  isPlainObject(value) ? Object.entries(value) : [];
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function shown(options: readonly unknown[]): string {
  const some = options.slice(0, 6).map((option) => JSON.stringify(option));
  return `${some.join(', ')}${options.length > some.length ? ` and ${options.length - some.length} more` : ''}`;
}
