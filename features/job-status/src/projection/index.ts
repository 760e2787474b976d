export { makeRows } from './make-rows.ts';
export { kindOf, needsValue } from './row-source.ts';
