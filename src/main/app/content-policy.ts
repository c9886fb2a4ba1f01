/** The content policy of the window's pages, the same over every scheme. */
export { shellPolicy } from '../api/plugins/headers.ts';
