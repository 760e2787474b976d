export { endpointsCommand } from './endpoints.ts';
export { notifyCommand } from './notify.ts';
