import type { FastifyInstance } from 'fastify';
import { type KeyScope, type KeySummary, keyScopes } from '../../../../shared/contract/domain.ts';
import { keyOf } from '../../plugins/door-guard.ts';
import { addRoute, refuseOtherMethods } from '../../route-kit.ts';
import { toToken } from './answers.ts';
import type { DataosDoorPorts } from './ports.ts';
import { idPath, newTokenAnswer, pageOf, pageQuery, tokenAnswer, tokenBody, tokenGone } from './schemas.ts';

const listUrl = '/v1/tokens';
const url = `${listUrl}/:id`;
const tag = 'Tokens';
const scope = 'dataos:tokens';
const example = {
  id: '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58',
  name: 'nightly script',
  prefix: 'slc_live_8x9y2z3a',
  scopes: ['dataos:read', 'dataos:write'],
  created: '2024-01-01T00:00:00Z',
  expires: '2024-01-31T00:00:00Z',
  last_used: null,
};

/** Tokens are keys that a key made: they may do no more than it, and end with it. */
export function addTokens(door: FastifyInstance, ports: DataosDoorPorts): void {
  addList(door, ports);
  addCreate(door, ports);
  addRevoke(door, ports);
  refuseOtherMethods(door, listUrl, ['GET', 'POST']);
  refuseOtherMethods(door, url, ['DELETE']);
}

function addList(door: FastifyInstance, { keys }: DataosDoorPorts): void {
  addRoute(door, {
    method: 'GET',
    url: listUrl,
    operation: {
      summary: 'List tokens',
      description: 'Those that this key made and that still work. None is shown whole.',
      tag,
      scope,
      query: pageQuery,
      answers: {
        200: {
          description: 'A page of tokens, newest first.',
          schema: pageOf(tokenAnswer),
          examples: { tokens: { value: { data: [example], meta: { total: 1, limit: 20, offset: 0 } } } },
        },
      },
    },
    handler: ({ query: { limit, offset }, request }) => {
      const all = keys.minted(keyOf(request)).filter(({ id }) => keys.lives(id));
      const data = all.slice(offset, offset + limit).map(toToken);
      return { data, meta: { total: all.length, limit, offset } };
    },
  });
}

function addCreate(door: FastifyInstance, { keys }: DataosDoorPorts): void {
  addRoute(door, {
    method: 'POST',
    url: listUrl,
    operation: {
      summary: 'Create token',
      tag,
      scope,
      body: tokenBody,
      bodyExamples: { token: { value: { name: 'nightly script', duration: '720h' } } },
      refuses: { beyond_key: { what: 'the scope cloudflow:run' } },
      answers: {
        201: {
          description: 'The token, which is shown this once.',
          schema: newTokenAnswer,
          examples: { token: { value: { ...example, token: 'slc_live_...' } } },
        },
      },
    },
    handler: ({ body, request, reply }) => {
      const maker = keyOf(request);
      const {
        name,
        duration,
        scopes = scopesOf(maker),
      } = { duration: undefined, scopes: undefined, ...body };
      const { key, ...made } = keys.mint(maker, {
        name,
        scopes,
        ...(duration !== undefined && { expires: duration }),
      });
      void reply.status(201).header('cache-control', 'no-store');
      return { ...toToken(made), token: key };
    },
  });
}

function addRevoke(door: FastifyInstance, { keys }: DataosDoorPorts): void {
  addRoute(door, {
    method: 'DELETE',
    url,
    operation: {
      summary: 'Revoke token',
      description: 'It works no more from this moment. A key revokes the tokens that it made, and itself.',
      tag,
      scope,
      params: idPath,
      answers: {
        200: {
          description: 'It is revoked.',
          schema: tokenGone,
          examples: {
            revoked: { value: { message: 'Token revoked successfully', token: { id: example.id } } },
          },
        },
      },
    },
    handler: ({ params, request }) => {
      const maker = keyOf(request);
      const id = params.id.toLowerCase();
      if (id === maker.id) keys.revoke(id);
      else keys.revokeMinted(maker, id);
      return { message: 'Token revoked successfully', token: { id } };
    },
  });
}

/** What a token is for when nothing is said: this door, as far as its maker may. */
function scopesOf({ scopes }: KeySummary): KeyScope[] {
  const here = keyScopes.filter((one) => one.startsWith('dataos:'));
  return scopes.includes('all') ? here : here.filter((one) => scopes.includes(one));
}
