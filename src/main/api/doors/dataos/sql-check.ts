import type { Environment } from '../../../../shared/contract/domain.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { documentVersion, type PipelineDocument } from '../../../../shared/pipeline/document.ts';
import type { Problem } from '../../../../shared/pipeline/problem.ts';
import type { Draft } from '../../../engine/index.ts';

/** Compiles a document that is stored nowhere. */
export type CheckDraft = (
  draft: Draft,
  signal: AbortSignal,
) => Promise<{ readonly problems: readonly Problem[] }>;

/** Milliseconds that a request waits for the compiler. */
const patience = 10_000;
/** Milliseconds after which a check that nobody waits for is given up. */
const longest = 20_000;
/** Of more statements the rest is their run's to judge. */
const mostStatements = 300;

/** What no rows that arrive could mend. Tables and columns are known when the workflow runs. */
const unreadable = new Set([
  'syntax_error',
  'not_one_select',
  'text_too_deep',
  'text_too_long',
  'empty_text',
]);

interface Statement {
  readonly path: string;
  readonly sql: string;
}

/**
 * Refuses a workflow with a statement that is no SELECT at all, with its place. Nothing is refused because the compiler
 * could not be asked in time: such a workflow fails when it runs.
 * @param part What was sent: `{workflow: {dag: [...]}}`
 * @throws SluiceError invalid_resource
 */
export async function requireReadableSql(
  check: CheckDraft,
  environment: Environment,
  part: Readonly<Record<string, unknown>>,
): Promise<void> {
  const statements = statementsOf(part.workflow).slice(0, mostStatements);
  if (statements.length === 0) return;
  const problems = await ask(check, {
    document: documentOf(statements),
    environment,
    parameters: {},
    received: {},
  });
  for (const { code, nodeId, message } of problems) {
    const statement = statements.find((_one, index) => nodeId === idOf(index));
    if (!statement || !unreadable.has(code)) continue;
    const { path } = statement;
    throw new SluiceError('invalid_resource', { reason: `${path}: ${message}`, path });
  }
}

/** Each statement alone, in its own step: they need not be wired to be read. */
function documentOf(statements: readonly Statement[]): PipelineDocument {
  const nodes = statements.map(({ sql }, index) => ({ id: idOf(index), kind: 'sql', config: { sql } }));
  return { schema: documentVersion, name: 'SQL', parameters: {}, nodes, edges: [] };
}

const idOf = (index: number): string => `sql_${index + 1}`;

/** Empty where the answer does not come in time, or not at all. */
async function ask(check: CheckDraft, draft: Draft): Promise<readonly Problem[]> {
  const { promise: over, resolve } = Promise.withResolvers<readonly Problem[]>();
  const timer = setTimeout(() => resolve([]), patience);
  const asked = check(draft, AbortSignal.timeout(longest)).then(
    ({ problems }) => problems,
    () => [],
  );
  try {
    return await Promise.race([asked, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** What has another shape than a workflow's is refused where all of it is looked at. */
function statementsOf(workflow: unknown): Statement[] {
  return entries(workflow, 'dag').flatMap(({ entry: task, index: dag }) => {
    const job = field(field(field(task, 'spec'), 'stackSpec'), 'job');
    return entries(job, 'steps').flatMap(({ entry: step, index: at }) =>
      entries(step, 'sequence').flatMap(({ entry: query, index }) => {
        const sql = field(query, 'sql');
        const path = `workflow.dag[${dag}].spec.stackSpec.job.steps[${at}].sequence[${index}].sql`;
        return typeof sql === 'string' && sql.trim() !== '' ? [{ path, sql }] : [];
      }),
    );
  });
}

function entries(value: unknown, name: string): { readonly entry: unknown; readonly index: number }[] {
  const list = field(value, name);
  return Array.isArray(list) ? list.map((entry: unknown, index) => ({ entry, index })) : [];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
