import { randomBytes } from 'node:crypto';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import type { AppContract } from '../../shared/contract/index.ts';
import { callsPrefix } from '../api/routes/calls.ts';
import { sessionHeader } from '../api/routes/session.ts';
import { equalSecrets, proofFor } from '../api/sign-in.ts';
import { homePaths } from '../store/home-paths.ts';
import { readOwnerToken, readServerFile, type ServerFile } from './home-files.ts';

export type AppClient = ContractRouterClient<AppContract>;

export interface RunningServer {
  readonly file: ServerFile;
  readonly client: AppClient;
}

/**
 * The server that owns a home, if one answers. Another program may have taken the port since: the owner's token is
 * sent only to a server that has proven to hold the same one.
 */
export async function findServer(folder: string): Promise<RunningServer | undefined> {
  const home = homePaths(folder);
  const file = readServerFile(home.serverFile);
  const token = readOwnerToken(home.ownerToken);
  if (!file || !token || !(await provesItself(file.url, token))) return undefined;
  return { file, client: clientOver(file.url, token) };
}

async function provesItself(url: string, token: string): Promise<boolean> {
  const nonce = randomBytes(24).toString('base64url');
  try {
    const response = await fetch(`${url}/app/proof`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ nonce }),
      redirect: 'error',
      signal: AbortSignal.timeout(3_000),
    });
    const { proof } = (await response.json()) as { proof?: unknown };
    return typeof proof === 'string' && equalSecrets(proof, proofFor(token, nonce));
  } catch {
    return false;
  }
}

function clientOver(url: string, token: string): AppClient {
  return createORPCClient(new RPCLink({ url: `${url}${callsPrefix}`, headers: { [sessionHeader]: token } }));
}
