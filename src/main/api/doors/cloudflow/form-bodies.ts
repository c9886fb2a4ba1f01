import type { FastifyInstance } from 'fastify';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';

/** Forms, for the routes of a scope alone: everywhere else they stay refused. A field that comes twice is refused. */
export function addFormBodies(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 64 * 1024 },
    (_request, body, done) => {
      const fields = new URLSearchParams(String(body));
      const names = [...fields.keys()];
      if (new Set(names).size < names.length)
        done(new SluiceError('invalid_input', { reason: 'A field of the form is given twice.' }), undefined);
      else done(null, Object.fromEntries(fields));
    },
  );
}
