import type { ConsumerTools } from '@gemini-events/consumer/run';
import type { ApiParts } from './parts.ts';

const PATIENCE_MS = 5_000;

/** Writes entries of the audit topic. An entry that cannot be written in time ends its request. */
export function createAuditor(options: {
  readonly topic: string;
  readonly publish: ConsumerTools['publish'];
  readonly encode: ConsumerTools['encode'];
  readonly signal: AbortSignal;
  readonly now: () => number;
}): ApiParts['audit'] {
  const { topic, publish, encode, now } = options;
  return async ({ actor, action, target, detail }) => {
    const value = { actor, action, subject: target, reason: null, details: detail, at: now() };
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(PATIENCE_MS)]);
    await publish(
      {
        topic,
        key: Buffer.from(actor),
        value: encode({ name: 'AuditEntry', value }),
        headers: {},
      },
      signal,
    );
  };
}
