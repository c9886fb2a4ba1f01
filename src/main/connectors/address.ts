import { lookup } from 'node:dns/promises';
import { BlockList, connect, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Reach } from './connector.ts';
import { fail, networkFailure, SourceFailure } from './failure.ts';

export const connectMilliseconds = 10_000;

/** Addresses of the machine's own link: metadata services of clouds live there, and nothing that holds data. */
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16);
linkLocal.addSubnet('fe80::', 10, 'ipv6');
linkLocal.addSubnet('::ffff:169.254.0.0', 112, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');
loopback.addAddress('0.0.0.0');
loopback.addAddress('::', 'ipv6');

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Of this machine: where our own server may be listening. */
function isOwn(address: string): boolean {
  if (loopback.check(address, family(address))) return true;
  return Object.values(networkInterfaces()).some((list) => list?.some((each) => each.address === address));
}

/** Why nothing is sent to an address; undefined where it may be. */
export function addressFault(address: string, port: number, ownPort: number | undefined): string | undefined {
  if (linkLocal.check(address, family(address))) return 'link-local addresses are never used';
  if (port === ownPort && isOwn(address)) return 'it is the address of Sluice itself';
  return undefined;
}

export const placeText = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * The addresses that a name stands for, all of them allowed. A name of which one address is not allowed is refused as a
 * whole: it could stand for another one the next time.
 */
export async function allowedAddresses(host: string, port: number, reach: Reach): Promise<string[]> {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = isIP(bare) === 0 ? await resolveName(bare, port, reach.signal) : [bare];
  for (const address of found) {
    const fault = addressFault(address, port, reach.ownPort);
    if (fault) throw fail('address', `nothing is sent to ${placeText(bare, port)}: ${fault}.`);
  }
  return found;
}

async function resolveName(host: string, port: number, signal: AbortSignal): Promise<string[]> {
  const giveUp = timeLimit(signal, connectMilliseconds, host);
  try {
    const found = await Promise.race([lookup(host, { all: true }), giveUp.over]);
    return found.map(({ address }) => address);
  } catch (error) {
    throw networkFailure(error, placeText(host, port)) ?? error;
  } finally {
    giveUp.end();
  }
}

/** A connected socket to one of the addresses of a host, which were judged before. Throws a SourceFailure. */
export async function openSocket(host: string, port: number, reach: Reach): Promise<Socket> {
  const place = placeText(host, port);
  let last: unknown;
  for (const address of await allowedAddresses(host, port, reach)) {
    try {
      return await connectTo(address, port, place, reach.signal);
    } catch (error) {
      reach.signal.throwIfAborted();
      last = error;
    }
  }
  throw networkFailure(last, place) ?? last;
}

function connectTo(address: string, port: number, place: string, signal: AbortSignal): Promise<Socket> {
  const limit = timeLimit(signal, connectMilliseconds, place);
  const socket = connect({ host: address, port, noDelay: true, keepAlive: true });
  const connected = new Promise<Socket>((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
  return Promise.race([connected, limit.over])
    .catch((error: unknown) => {
      connected.catch(() => undefined);
      socket.on('error', () => undefined);
      socket.destroy();
      throw error;
    })
    .finally(() => limit.end());
}

/** Rejects when the time is over, or the signal fires. */
export function timeLimit(
  signal: AbortSignal,
  milliseconds: number,
  place: string,
): { readonly over: Promise<never>; end(): void } {
  let end = (): void => undefined;
  const over = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason);
    const timer = setTimeout(
      () => reject(new SourceFailure('timeout', `${place} did not answer in time.`, { passing: true })),
      milliseconds,
    );
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  });
  over.catch(() => undefined);
  return { over, end };
}
