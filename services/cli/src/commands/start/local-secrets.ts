import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets of the embedded bridge; they are made once and kept beside its data. */
export interface LocalSecrets {
  /** `whsec_…`: what the simulator signs with and the ingress verifies with. */
  readonly webhookSecret: string;
  readonly apiKey: string;
  /** Seals the signing secrets of endpoints. */
  readonly notifierKey: string;
  /** Tags the jobs of the agent, so that the ingress knows their events as ours. */
  readonly ownerKey: string;
}

/** Names of their files in the data folder. */
export const SECRET_FILES = { webhookSecret: 'webhook-secret', ownerKey: 'owner-key' } as const;

export function localSecrets(dataDir: string): LocalSecrets {
  mkdirSync(dataDir, { recursive: true });
  return {
    webhookSecret: kept(
      join(dataDir, SECRET_FILES.webhookSecret),
      () => `whsec_${randomBytes(32).toString('base64')}`,
    ),
    apiKey: kept(join(dataDir, 'api-key'), () => randomBytes(24).toString('base64url')),
    notifierKey: kept(join(dataDir, 'notifier-key'), () => randomBytes(32).toString('base64')),
    ownerKey: kept(join(dataDir, SECRET_FILES.ownerKey), () => randomBytes(32).toString('base64')),
  };
}

function kept(path: string, make: () => string): string {
  try {
    // `wx`: of two starts at the same time one makes the secret, the other reads it.
    writeFileSync(path, make(), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8');
}
