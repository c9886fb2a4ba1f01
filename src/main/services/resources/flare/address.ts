import { invalidResource } from '../invalid-resource.ts';

/** `dataos://<depot>:<collection>/<dataset>` taken apart. */
export interface DatasetAddress {
  readonly depot: string;
  /** Empty for `none`, as DataOS writes where a depot has no collections. */
  readonly collection: string;
  readonly dataset: string;
}

const form = /^dataos:\/\/([A-Za-z0-9][A-Za-z0-9._-]*):([^/?]*)\/([^?]+)(?:\?acl=[a-z]+)?$/;

/** Throws invalid_resource. `path` is where in the document the text stands. */
export function parseAddress(text: string, path: string): DatasetAddress {
  const [, depot = '', given = '', dataset = ''] = form.exec(text) ?? [];
  const collection = given === 'none' ? '' : given;
  const segments = [...(collection === '' ? [] : [collection]), ...dataset.split('/')];
  if (depot === '' || segments.some((segment) => unsafe.test(segment)))
    throw invalidResource(path, `"${text}" is no address. Write dataos://<depot>:<collection>/<dataset>.`);
  return { depot, collection, dataset };
}

/** Two spellings of one place are the same text; letter case tells no datasets apart. */
export function addressKey({ depot, collection, dataset }: DatasetAddress): string {
  return JSON.stringify([depot, collection, dataset]).normalize('NFC').toLowerCase();
}

/** How our own datasets are called: `<collection>/<dataset>`. */
export function datasetNameOf({ collection, dataset }: DatasetAddress): string {
  return collection === '' ? dataset : `${collection}/${dataset}`;
}

/** Empty, a step up, or what no file system and no name should hold. */
const unsafe = /^\s*$|^\.{1,2}$|[\\\p{Cc}]/u;

/** The depot that stands for our own datasets. */
export const ownDepot = 'sluice';
