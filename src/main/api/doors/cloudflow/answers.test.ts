import { expect, test } from 'vitest';
import { errorCatalog } from '../../../../shared/errors/catalog.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { wordError } from '../../plugins/errors.ts';
import { cloudflowAnswer } from './answers.ts';
import { errorBody } from './error-body.ts';

const worded = (error: SluiceError, url = '/api/v1/jobs') => {
  const { status, body } = wordError(cloudflowAnswer, error, { id: 'r', method: 'GET', url, headers: {} });
  return { status, json: JSON.parse(body) as Record<string, unknown> };
};

test('a failure of ours is 5000 and tells nothing of its inside', () => {
  const { status, json } = worded(new SluiceError('internal', {}, { cause: new Error('SELECT secret') }));
  expect([status, json]).toEqual([
    500,
    { error: 'Internal server error', code: 5000, details: errorCatalog.internal.text },
  ]);
});

test('every error has the shape of the document; its code is that of the document or the status and a zero', () => {
  for (const code of Object.keys(errorCatalog) as (keyof typeof errorCatalog)[]) {
    const { status, json } = worded(new SluiceError(code, { word: 'invalid_grant', reason: 'Because.' }));
    expect(errorBody.strict().safeParse(json).success, code).toBe(true);
    expect(json.code).toBe(status === 400 ? 4001 : status * 10);
    expect(status, code).not.toBe(502);
    expect(json.error).not.toBe('Error');
    expect('retry_after' in json, code).toBe(status === 429 || status === 503);
  }
});

test('what is wrong with a pipeline is said as the document does', () => {
  const wrong = new SluiceError('invalid_input', { reason: 'body.name: it is missing' });
  expect(worded(wrong, '/api/v1/pipelines?x=1').json.error).toBe('Invalid pipeline configuration');
  expect(worded(wrong, '/api/v1/pipelines/abc').json.error).toBe('Invalid pipeline configuration');
  expect(worded(wrong, '/api/v1/pipelinesx').json.error).toBe('Invalid request');
  for (const reason of [
    'query.limit: x',
    'The body cannot be accepted: it is no JSON.',
    'An Idempotency-Key has',
  ]) {
    const other = new SluiceError('invalid_input', { reason });
    expect(worded(other, '/api/v1/pipelines').json, reason).toMatchObject({
      error: 'Invalid request',
      code: 4001,
    });
  }
  expect(worded(new SluiceError('key_in_address'), '/api/v1/pipelines?api_key=x').json.error).toBe(
    'Invalid request',
  );
  expect(worded(new SluiceError('invalid_pipeline', { reason: 'x' })).json.error).toBe(
    'Invalid pipeline configuration',
  );
});
