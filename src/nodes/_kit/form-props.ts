import type { Column } from '../../shared/kernel/columns.ts';
import type { Problem } from '../../shared/pipeline/problem.ts';

/** What a kind's own Form.tsx (its default export) is given. Most kinds need none: the inspector draws field hints. */
export interface NodeFormProps {
  readonly nodeId: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Input port -> columns of each wire that arrives there. */
  readonly inputs: Readonly<Record<string, readonly (readonly Column[])[]>>;
  readonly problems: readonly Problem[];
  /** Replaces the whole config as one undoable step. */
  onChange(config: Record<string, unknown>): void;
}
