import { z } from 'zod';

/** Ids of everything that is stored are UUIDv7: they sort by the time they were made. */
export const uuid = z.uuid();

/** The id of a node inside one pipeline: also the name of its table in SQL steps. */
export const nodeIdPattern = /^[a-z][a-z0-9_]{0,62}$/;

/** The first free node id made from a wish ("Recent orders" -> recent_orders, recent_orders_2 ...). */
export function freeNodeId(wish: string, taken: ReadonlySet<string>): string {
  const base = slug(wish);
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? base : `${base.slice(0, 58)}_${count}`;
    if (!taken.has(id)) return id;
  }
}

function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '');
  return (plain || 'node').slice(0, 58);
}
