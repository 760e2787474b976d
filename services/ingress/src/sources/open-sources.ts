import { hash } from 'node:crypto';
import { join } from 'node:path';
import { BridgeError } from '@gemini-events/events';
import { createPrivateFile, followFile, type Secret } from '@gemini-events/service';
import {
  createJwksCache,
  fetchDocument,
  type JwksCache,
  type JwksEvents,
  parseSecret,
} from '@gemini-events/webhooks';
import { createFailureBudget } from './failure-budget.ts';

import { type ReadSources, readSourcesFile } from './read-sources-file.ts';
import type { Sources } from './source.ts';
import { createSourceSet, type SourceEvents } from './source-set.ts';

const FAILURE_WINDOW_MS = 10_000;
const JWKS_TIMEOUT_MS = 5_000;

/**
 * The sources of the environment or of the file, which is followed.
 * @throws BridgeError ERR_CONFIG_INVALID with all faults of the file
 */
export function openSources(options: {
  readonly file: string | undefined;
  /** Of the source `default`, where there is no file. */
  readonly secrets: readonly Secret[];
  readonly stateDir: string;
  readonly maxFailedChecks: number;
  readonly events: SourceEvents & { readonly jwks: (url: string) => JwksEvents };
}): { readonly current: () => Sources; readonly stop: () => void } {
  const { file, events, stateDir } = options;
  const now = (): number => performance.now();
  const openJwks = (url: string): JwksCache =>
    createJwksCache({
      fetchDocument: () => fetchDocument(url, JWKS_TIMEOUT_MS),
      shelf: createPrivateFile(join(stateDir, `jwks-${hash('sha256', url).slice(0, 16)}.json`)),
      events: events.jwks(url),
      now,
      schedule(work, delayMs) {
        const timer = setTimeout(work, delayMs);
        return () => clearTimeout(timer);
      },
    });
  const budget = createFailureBudget({
    limit: options.maxFailedChecks,
    windowMs: FAILURE_WINDOW_MS,
    now,
  });
  const first = file === undefined ? fromSecrets(options.secrets) : readFirst(file);
  const set = createSourceSet({ first, openJwks, budget, events });
  if (file === undefined) return set;
  const unfollow = followFile(() => set.update(readSourcesFile(file)));
  return {
    current: set.current,
    stop() {
      unfollow();
      set.stop();
    },
  };
}

type GoodReading = Extract<ReadSources, { ok: true }>;

function readFirst(file: string): GoodReading {
  const reading = readSourcesFile(file);
  if (reading.ok) return reading;
  const list = reading.faults.map((fault) => `\n  ${fault}`).join('');
  throw new BridgeError('ERR_CONFIG_INVALID', `SOURCES_FILE has faults${list}`);
}

function fromSecrets(secrets: readonly Secret[]): GoodReading {
  const keys = secrets.flatMap((secret) => {
    const parsed = parseSecret(secret.reveal());
    return parsed.ok ? [parsed.key] : [];
  });
  const source = { name: 'default', labels: {}, secrets: keys, ownerKey: null, dynamic: null };
  return { ok: true, sources: [source], fingerprint: '' };
}
