export { plainTime } from '../../shared/kernel/time.ts';
