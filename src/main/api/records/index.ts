/** Rows of dataset versions as texts: what every door that answers with records uses. */
export type { PageWish, Records, RecordsPage, StreamOptions } from '../../engine/index.ts';
