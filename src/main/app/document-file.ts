/** Pipeline files for heads that read one themselves. */
export { documentFromText } from '../compile/document-text.ts';
