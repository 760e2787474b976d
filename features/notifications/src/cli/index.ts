export { endpointsCommand } from './endpoints.ts';
export { notifyCommand } from './notify.ts';
export { plain, renderTokens } from './render-endpoints.ts';
