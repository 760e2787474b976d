import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECRET_FILES } from './local-secrets.ts';

/** The source by which events of the agent's own jobs come: `/webhooks/gemini/agent`. */
export const AGENT_SOURCE = 'agent';

/**
 * The sources of the embedded bridge, whose Gemini is the simulator. Secrets stand in files of their own
 * beside it.
 * @returns its path
 */
export function writeSourcesFile(dataDir: string, simulatorUrl: string): string {
  const path = join(dataDir, 'sources.yaml');
  const text = `# Written by each start.
sources:
  default:
    secrets_file: ${SECRET_FILES.webhookSecret}
  ${AGENT_SOURCE}:
    dynamic:
      jwks_url: ${simulatorUrl}/.well-known/jwks.json
    owner_key_file: ${SECRET_FILES.ownerKey}
`;
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
