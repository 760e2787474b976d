import { hostname, userInfo } from 'node:os';

/** The user and host that call: who acts, unless `--actor` names somebody else. */
export const defaultActor = (): string => `${userInfo().username}@${hostname()}`;
