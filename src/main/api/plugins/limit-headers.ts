import type { ToldLimit } from '../../services/index.ts';

/**
 * The three families of limit headers that clients know, telling one and the same limit: the tightest of those that hold.
 * `X-RateLimit-Reset` is a time (Unix seconds), `t` of `RateLimit` a span (seconds), both until all of it is free again.
 * https://www.ietf.org/archive/id/draft-ietf-httpapi-ratelimit-headers-10.html
 */
export function limitHeaders(
  { name, limit, remaining, freeIn, policies }: ToldLimit,
  now: number,
): Record<string, string> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(Math.ceil((now + freeIn) / 1000)),
    'ratelimit-policy': policies.map(policyText).join(', '),
    ratelimit: `"${name}";r=${remaining};t=${Math.ceil(freeIn / 1000)}`,
  };
}

function policyText({ name, limit, seconds }: ToldLimit['policies'][number]): string {
  const unit = seconds === null ? ';qu="concurrent-requests"' : `;w=${seconds}`;
  return `"${name}";q=${limit}${unit}`;
}
