import type { ConfigPath, NodePlan, Relation } from '../../shared/plan/relation.ts';
import { planExpressions, planRelations } from '../../shared/plan/walk.ts';
import type { Oracle } from './oracle.ts';
import { type FunctionRules, VetError } from './vet-common.ts';
import { vetExpression } from './vet-expression.ts';
import { vetSql } from './vet-sql.ts';

export interface PlanFacts {
  readonly parameters: ReadonlySet<string>;
  readonly volatile: boolean;
  readonly problems: readonly { code: string; message: string; path: ConfigPath }[];
}

/** What the texts of a plan may name. */
export interface PlanNames {
  readonly parameters: ReadonlySet<string>;
  /** Columns of the node's inputs. */
  readonly columns: readonly string[];
}

/** Vets every text of a plan that a user wrote. */
export async function vetPlan(plan: NodePlan, names: PlanNames, oracle: Oracle): Promise<PlanFacts> {
  const used = new Set<string>();
  const problems: { code: string; message: string; path: ConfigPath }[] = [];
  let volatile = false;
  for (const { text, path, vet } of textsOf(plan, names, oracle)) {
    try {
      const facts = await vet();
      for (const name of facts.parameters) used.add(name);
      volatile ||= facts.volatile;
    } catch (error) {
      if (!(error instanceof VetError)) throw error;
      problems.push({ code: error.code, message: describeVet(error, text), path });
    }
  }
  return { parameters: used, volatile, problems };
}

interface VettedText {
  readonly text: string;
  readonly path: ConfigPath;
  readonly vet: () => ReturnType<typeof vetExpression>;
}

function textsOf(plan: NodePlan, names: PlanNames, oracle: Oracle): VettedText[] {
  const common = {
    parameters: names.parameters,
    columns: new Set(names.columns.map((name) => name.toLowerCase())),
  };
  const expressions = planExpressions(plan).map(({ scalar, relation }) => ({
    text: scalar.text,
    path: scalar.path,
    vet: () =>
      vetExpression(scalar.text, { ...common, ...rulesFor(relation, scalar.aggregate === true) }, oracle),
  }));
  const statements = planRelations(plan)
    .filter((relation) => relation.rel === 'sql')
    .map((relation) => ({
      text: relation.text,
      path: relation.path,
      vet: () => vetSql(relation.text, Object.keys(relation.tables), common, oracle),
    }));
  return [...expressions, ...statements];
}

/** Aggregates where the plan says so, windows (of aggregates too) only in columns that are added. */
function rulesFor(relation: Relation, aggregates: boolean): Pick<FunctionRules, 'aggregates' | 'windows'> {
  return { aggregates, windows: relation.rel === 'extend' };
}

/** The message with the place in the text, where it is known and not the very start. */
export function describeVet(error: Pick<VetError, 'message' | 'at'>, text: string): string {
  if (error.at === undefined || error.at === 0) return error.message;
  const before = Buffer.from(text).subarray(0, error.at).toString();
  const lines = before.split('\n');
  const column = [...(lines.at(-1) ?? '')].length + 1;
  return `${error.message} (${lines.length > 1 ? `line ${lines.length}, ` : ''}character ${column})`;
}
