import type { Column } from '../../../shared/kernel/columns.ts';
import { call, col, lit } from '../../../shared/plan/build.ts';
import { absentColumn, isHidden, moreColumn } from '../../../shared/plan/received.ts';
import type { Scalar } from '../../../shared/plan/relation.ts';
import { always, never, not, surely } from '../logic.ts';
import type { JsonType } from './json-schema.ts';
import { columnOf, jsonValue, type Member, type Members, type Value } from './value.ts';

/** Whether an empty cell is a property that is not there, or the value null. */
export type NullMeaning = 'missing' | 'null';

/** A whole row as the object that its columns make. */
export function recordValue(columns: readonly Column[], nulls: NullMeaning): Value {
  const inner = jsonValue(lit(null, 'JSON'));
  return {
    ...inner,
    is: (type: JsonType) => (type === 'object' ? always : never),
    members: recordMembers(columns, nulls),
  };
}

function recordMembers(columns: readonly Column[], nulls: NullMeaning): Members {
  const marked = columns.some(({ name }) => name === absentColumn);
  const known = columns
    .filter(({ name }) => !isHidden(name))
    .map(
      ({ name, type }): Member => ({
        name,
        present: presence(name, nulls, marked),
        value: columnOf(name, type),
      }),
    );
  const more = columns.some(({ name }) => name === moreColumn)
    ? jsonValue(col(moreColumn)).members
    : undefined;
  return {
    known,
    find: (name) => known.find((member) => member.name === name) ?? more?.find(name),
    ...(more?.found ? { found: more.found } : {}),
  };
}

function presence(name: string, nulls: NullMeaning, marked: boolean): Scalar {
  if (nulls === 'missing') return not({ op: 'is-null', of: col(name) });
  return marked ? not(surely(call('list_contains', col(absentColumn), lit(name)))) : always;
}
