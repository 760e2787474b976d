export { parseOwner, tokensCommand } from './tokens.ts';
