import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { allowedAddresses, connectMilliseconds } from '../address.ts';
import type { Reach } from '../connector.ts';

export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  end(): void;
}

/** Agents that look up names as `allowedAddresses` does: what was judged is what is connected with. */
export function judgedAgents(
  port: number,
  reach: Reach,
  tls: { readonly rejectUnauthorized?: boolean } = {},
): Agents {
  const lookup: LookupFunction = (host, options, done) => {
    allowedAddresses(host, port, reach).then(
      (found) => {
        const list = found.map((address) => ({ address, family: isIP(address) }));
        const [first = { address: '', family: 4 }] = list;
        if (options.all) done(null, list);
        else done(null, first.address, first.family);
      },
      (error: Error) => done(error, '', 4),
    );
  };
  const options: AgentOptions & { lookup: LookupFunction } = {
    keepAlive: true,
    lookup,
    timeout: connectMilliseconds,
  };
  const http = new HttpAgent(options);
  const https = new HttpsAgent({ ...options, ...tls });
  return {
    http,
    https,
    end() {
      http.destroy();
      https.destroy();
    },
  };
}

export const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'http:' ? 80 : 443);
