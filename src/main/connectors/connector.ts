import type { SourceConfig } from '../../shared/contract/sources.ts';
import type { Column } from '../../shared/kernel/columns.ts';
import type { SourceConnection } from '../../shared/sources/connection.ts';
import type { SourceMetadata } from '../../shared/sources/source-facts.ts';
import type { SourcePart } from '../../shared/sources/source-part.ts';

/** What every call of a connector is given besides the source. */
export interface Reach {
  /** Ends the call: its connections are closed, and what the server still computes for it is cancelled there. */
  readonly signal: AbortSignal;
  /** The port of our own server, on which no source may be. */
  readonly ownPort: number | undefined;
}

/** A source of one type. */
export type SourceOf<Type extends SourceConfig['type']> = SourceConnection & {
  readonly config: Extract<SourceConfig, { type: Type }>;
};

/** What a server is, once it was reached. */
export interface Found {
  /** Its name and version; null where it does not tell. */
  readonly server: string | null;
  /** A sentence on what is there. */
  readonly message: string;
}

/**
 * A column of rows that were fetched as text: how its text becomes a value of a DuckDB type. `decimal` has the smallest
 * exact type that all of its values fit, which is found once they are there.
 */
export interface FetchedColumn {
  readonly name: string;
  readonly type: string;
  readonly text: 'plain' | 'hex' | 'era' | 'decimal';
}

export interface FetchedRows {
  readonly columns: readonly FetchedColumn[];
  readonly rows: number;
  /** What a person should know of the values: in sentences. */
  readonly notes: readonly string[];
}

export interface FetchTarget {
  /** A file that gets the rows as text: see `TextRows`. */
  readonly path: string;
  /** At most so many; all when left out. */
  readonly rows: number | undefined;
  /** Told now and then. */
  onProgress(figures: { readonly rows?: number; readonly bytes: number }): void;
}

/** Rows to be written, as text in the form that the connector asked for. */
export interface TextSource {
  readonly columns: readonly Column[];
  /** In pieces of some thousand rows; a null is a null. */
  texts(expressions: readonly string[]): AsyncIterable<readonly (readonly (string | null)[])[]>;
}

/** Rows and where they go. */
export interface Item {
  readonly part: SourcePart;
  readonly rows: TextSource;
  /** Called when it is this one's turn: what fails from then on is its failure. */
  begin(): void;
}

/** What was written and waits for the word; exactly one of the two is called. Both end the connection. */
export interface Pending {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

interface Connector<Type extends SourceConfig['type']> {
  /** Throws a SourceFailure that says what failed. */
  test(source: SourceOf<Type>, reach: Reach): Promise<Found>;
  metadata(source: SourceOf<Type>, table: string | undefined, reach: Reach): Promise<SourceMetadata>;
}

export interface DatabaseConnector<Type extends SourceConfig['type']> extends Connector<Type> {
  readonly holds: 'tables';
  fetch(source: SourceOf<Type>, part: SourcePart, target: FetchTarget, reach: Reach): Promise<FetchedRows>;
  /** Writes all items in one transaction and leaves it open. */
  deliver(source: SourceOf<Type>, items: readonly Item[], reach: Reach): Promise<Pending>;
}

export interface FetchedFile {
  readonly bytes: number;
  /** False where only the start was fetched. */
  readonly whole: boolean;
}

export interface FileConnector<Type extends SourceConfig['type']> extends Connector<Type> {
  readonly holds: 'files';
  /** `most`: no more bytes than these are needed. */
  fetch(
    source: SourceOf<Type>,
    path: string,
    target: { readonly path: string; readonly most: number | undefined } & Pick<FetchTarget, 'onProgress'>,
    reach: Reach,
  ): Promise<FetchedFile>;
  /**
   * Makes the file visible under its path only when it is whole; nothing to take back before that. Left out where
   * nothing can be written, or main does so itself.
   */
  deliver?(source: SourceOf<Type>, path: string, file: string, reach: Reach): Promise<void>;
}
