import type { Column } from '../kernel/columns.ts';
import type {
  CompareOperator,
  ConfigPath,
  LiteralValue,
  NamedScalar,
  NodePlan,
  Relation,
  Scalar,
} from './relation.ts';

/** Short builders for plans; each returns plain data. */

export const input = (port = 'in', index = 0): Relation => ({ rel: 'input', port, index });

export const col = (name: string, side?: 'left' | 'right'): Scalar =>
  side ? { op: 'column', name, side } : { op: 'column', name };

export const lit = (value: LiteralValue, type?: string): Scalar =>
  type ? { op: 'literal', value, type } : { op: 'literal', value };

export const expression = (text: string, path: ConfigPath): Scalar => ({ op: 'expression', text, path });

export const call = (name: string, ...args: Scalar[]): Scalar => ({ op: 'call', name, args });

export const compare = (left: Scalar, operator: CompareOperator, right: Scalar): Scalar => ({
  op: 'compare',
  operator,
  left,
  right,
});

export const all = (...of: Scalar[]): Scalar => ({ op: 'all', of });

export const cast = (of: Scalar, type: string, lenient = false): Scalar => ({
  op: 'cast',
  of,
  type,
  lenient,
});

/** One of two values, by a condition. */
export const choose = (condition: Scalar, yes: Scalar, no: Scalar): Scalar => ({
  op: 'case',
  // biome-ignore lint/suspicious/noThenProperty: the plan's own word; nothing awaits it
  when: [{ if: condition, then: yes }],
  otherwise: no,
});

export const named = (name: string, value: Scalar): NamedScalar => ({ name, value });

export const keepColumns = (columns: readonly Column[]): NamedScalar[] =>
  columns.map(({ name }) => named(name, col(name)));

/** The plan of a node with the one output port `out`. */
export const outputs = (out: Relation): NodePlan => ({ outputs: { out } });
