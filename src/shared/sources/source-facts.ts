/** What is found out about a source; the same things that the contract's schemas describe. */
export type { SourceMetadata, SourceTestResult } from '../contract/sources.ts';
