/** The current version of a dataset that a document reads, as main resolved it. */
export interface DatasetInput {
  readonly datasetId: string;
  readonly versionId: string;
  readonly path: string;
  readonly rows: number;
}
