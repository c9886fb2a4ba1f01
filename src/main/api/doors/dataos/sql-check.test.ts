import { expect, test } from 'vitest';
import { type CheckDraft, requireReadableSql } from './sql-check.ts';

const part = (...sql: unknown[]) => ({
  workflow: {
    dag: [{ spec: { stackSpec: { job: { steps: [{ sequence: sql.map((text) => ({ sql: text })) }] } } } }],
  },
});

const problemAt = (nodeId: string, code: string): CheckDraft => {
  return async () => ({ problems: [{ code, nodeId, severity: 'error', message: 'Wrong.', path: ['sql'] }] });
};

test('a statement that cannot be read is refused at its place', async () => {
  const path = 'workflow.dag[0].spec.stackSpec.job.steps[0].sequence[2].sql';
  // What is no text has no step: the places of the others stay.
  const asked = requireReadableSql(problemAt('sql_2', 'syntax_error'), 'live', part('select 1', 7, 'selec'));
  await expect(asked).rejects.toMatchObject({
    code: 'invalid_resource',
    details: { path, reason: `${path}: Wrong.` },
  });
});

test('nothing is refused for what only rows can tell, nor because the compiler failed', async () => {
  await requireReadableSql(problemAt('sql_1', 'unknown_table'), 'live', part('select * from t'));
  await requireReadableSql(() => Promise.reject(new Error('stopped')), 'live', part('selec'));
});

test.each([
  [{}],
  [{ workflow: null }],
  [{ workflow: { dag: 'x' } }],
  [{ workflow: { dag: [{ spec: 7 }, null] } }],
])('what holds no statement asks nobody: %j', async (sent) => {
  let asked = 0;
  const check: CheckDraft = async () => {
    asked += 1;
    return { problems: [] };
  };
  await requireReadableSql(check, 'live', sent as Record<string, unknown>);
  expect(asked).toBe(0);
  await requireReadableSql(check, 'live', part('select 1'));
  expect(asked).toBe(1);
});
