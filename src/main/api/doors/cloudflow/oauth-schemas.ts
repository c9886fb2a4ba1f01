import { z } from 'zod';

const text = (most: number) => z.string().min(1).max(most);

/** RFC 6749, 4.1.1 and RFC 7636, 4.3. A parameter that comes twice is a list here, and refused. */
export const authorizeQuery = z.object({
  response_type: text(100).optional(),
  /** What the app calls itself; the owner is shown it. */
  client_id: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[\x20-\x7e]*$/, 'Use letters, digits and signs of ASCII.'),
  redirect_uri: text(2000),
  scope: text(500).optional(),
  state: text(2000).optional(),
  code_challenge: text(200).optional(),
  code_challenge_method: text(20).optional(),
});
export type AuthorizeQuery = z.infer<typeof authorizeQuery>;

const secret = text(512);

/** `{"code": "..."}` alone is enough for a code that was asked for without a challenge. */
export const tokenBody = z
  .object({
    grant_type: z.string().max(100).optional().meta({
      description: '`authorization_code` (also when left out beside a code) or `refresh_token`.',
    }),
    code: secret.optional(),
    redirect_uri: text(2000)
      .optional()
      .meta({ description: 'Must equal that of the request, where it is sent.' }),
    client_id: text(100)
      .optional()
      .meta({ description: 'Must equal that of the request, where it is sent.' }),
    code_verifier: text(200).optional().meta({ description: 'A must where the request had a challenge.' }),
    refresh_token: secret.optional(),
    scope: text(500).optional().meta({ description: 'When refreshing: fewer scopes than were granted.' }),
  })
  .meta({ description: 'As JSON or as a form.' });
export type TokenBody = z.infer<typeof tokenBody>;

export const tokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().meta({ description: 'Seconds.' }),
  refresh_token: z.string(),
  scope: z.string(),
});

export const revokeBody = z
  .object({
    token: secret,
    token_type_hint: z.string().max(100).optional(),
    client_id: z.string().max(100).optional(),
  })
  .meta({ description: 'As JSON or as a form.' });
