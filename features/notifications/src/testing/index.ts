export { clear } from '../store/testing/rows.ts';
