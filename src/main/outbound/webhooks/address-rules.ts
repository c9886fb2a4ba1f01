import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { portOf } from '../../services/webhook-address.ts';

/** What one webhook may reach. */
export interface AddressPolicy {
  /** This machine and its local network. */
  readonly allowPrivate: boolean;
  /** Where this very Sluice listens: never reached, whoever asks. */
  readonly ownPort: number | undefined;
}

/** Addresses of this machine and of networks that people own; link-local (cloud metadata) is not among them. */
const ownNetworks = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);

/** Global unicast of IPv6. What lies outside may carry an IPv4 address that a router unpacks. */
const globalV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Why nothing is sent to an address, or undefined. It judges the address that is dialled, never a name: names may
 * answer differently every time. Only what is known to be public is public.
 */
export function addressRefusal(address: string, port: number, policy: AddressPolicy): string | undefined {
  if (!ipaddr.isValid(address)) return `${address} is no address.`;
  // Mapped IPv4 (::ffff:10.0.0.1) is judged as what it stands for.
  const ip = ipaddr.process(address);
  const range = ip.range();
  if (port === policy.ownPort && isThisMachine(ip.toString(), range)) return 'Sluice itself listens there.';
  if (ownNetworks.has(range))
    return policy.allowPrivate
      ? undefined
      : `${address} lies on this machine or its local network. The owner can allow the host: under Webhooks, Allowed hosts, or with "sluice webhooks allow <host:port>".`;
  const isPublic = range === 'unicast' && (ip instanceof ipaddr.IPv4 || ip.match(globalV6));
  return isPublic ? undefined : `${address} may not be reached: it is not public (${range}).`;
}

/** A host of a URL that is an address; undefined for a name. */
function literalAddress({ hostname }: URL): string | undefined {
  const host = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(host) ? host : undefined;
}

function isThisMachine(address: string, range: string): boolean {
  if (range === 'loopback' || range === 'unspecified') return true;
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .some((own) => ipaddr.isValid(own.address) && ipaddr.process(own.address).toString() === address);
}

/** The judgement of a URL before anything is dialled: addresses only, names pass. */
export function urlRefusal(url: URL, policy: AddressPolicy): string | undefined {
  const address = literalAddress(url);
  return address === undefined ? undefined : addressRefusal(address, portOf(url), policy);
}
