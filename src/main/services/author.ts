import type { KeySummary } from '../../shared/contract/domain.ts';
import type { Author } from './service-types.ts';

/** Keys name themselves by their prefix; everyone else sits at this machine. */
export const authorOf = ({ prefix }: Pick<KeySummary, 'prefix'>): Author => `key:${prefix}`;

export const isOwner = (author: Author): boolean => !author.startsWith('key:');
