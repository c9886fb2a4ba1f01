import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import type { GraphWriter } from '../graph-writer.ts';

/** A dataset, or one version of it for ever, by the id of either. */
export type FindDataset = (id: string) => { readonly name: string; readonly versionId?: string } | undefined;

/** What writing an operation needs to know. */
export interface WriteContext {
  readonly graph: GraphWriter;
  /** The id of the operation's (first) node; further ones begin with it. */
  readonly id: string;
  readonly findDataset: FindDataset;
  /** Dataset for the rows that a check rejects; undefined leaves them unwired. */
  readonly rejected: string | undefined;
  /** What a null is to a JSON Schema where the operation does not say. */
  readonly nulls: 'missing' | 'null' | undefined;
  /** Refuses the operation for what it holds at a place. */
  refuse(path: readonly (string | number)[], reason: string): never;
}

/** `transformations[1].aggregations[0].function` */
export function pathText(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part);
    if (!/^[\w$-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, root);
}

export function refuseAt(root: string, path: readonly PropertyKey[], reason: string): never {
  throw new SluiceError('invalid_transformation', { path: pathText(root, path), reason });
}
