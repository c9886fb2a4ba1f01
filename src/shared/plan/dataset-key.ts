/**
 * What a run asks for when it reads a dataset, as one text: the name alone means the current version, and
 * `name@<version id>` that version for ever. Grants, the compiler and the store speak of datasets by these keys.
 */
export function datasetKey(name: string, versionId?: string): string {
  return versionId === undefined || versionId === '' ? name : `${name}@${versionId}`;
}

const pinned = /^(.+)@([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/is;

export function parseDatasetKey(key: string): { name: string; versionId: string | undefined } {
  const [, name, versionId] = pinned.exec(key) ?? [];
  return name === undefined ? { name: key, versionId: undefined } : { name, versionId };
}
