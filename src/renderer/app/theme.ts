export * from '../stores/theme.ts';
