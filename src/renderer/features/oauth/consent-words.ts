import type { OauthScope } from '../../../shared/contract/oauth.ts';

/** What a right means to a person. */
export const scopeWords: Readonly<Record<OauthScope, { readonly title: string; readonly note: string }>> = {
  'cloudflow:read': { title: 'Read pipelines, jobs and results', note: 'nothing is changed' },
  'cloudflow:write': { title: 'Change pipelines', note: 'make, edit and delete them' },
  'cloudflow:run': { title: 'Submit jobs', note: 'start pipelines, with inputs of its choice' },
  'cloudflow:sources': {
    title: 'Data sources',
    note: 'make, change, test and look into databases and buckets',
  },
};

/**
 * Whether this tab itself goes to the address with the answer: it is the tab that the app sent here, in a browser.
 * Only addresses that a browser opens as a page, whatever was asked for.
 */
export function goesBackItself(redirectTo: string, where: { desktop: boolean; here: boolean }): boolean {
  return !where.desktop && !where.here && /^https?:\/\//i.test(redirectTo);
}
