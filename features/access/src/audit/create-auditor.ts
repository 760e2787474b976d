import type { AuditEntry } from '@gemini-events/schemas';

const PATIENCE_MS = 5_000;

/** Somebody changes something by an API. */
export interface ApiAudit {
  /** `token/` and the id of the token. */
  readonly actor: string;
  /** For example `endpoint.create`. */
  readonly action: string;
  /** On what: an id or a name. */
  readonly target: string;
  readonly detail: Readonly<Record<string, string>>;
}

/** Writes entries of the audit topic. An entry that cannot be written in time ends its request. */
export function createAuditor(options: {
  readonly topic: string;
  /** Resolves when Kafka has acknowledged. */
  readonly publish: (
    record: {
      readonly topic: string;
      readonly key: Buffer;
      readonly value: Buffer;
      readonly headers: Record<string, never>;
    },
    signal: AbortSignal,
  ) => Promise<unknown>;
  readonly encode: (record: { readonly name: 'AuditEntry'; readonly value: AuditEntry }) => Buffer;
  /** Of the end of the process: what is still to be written is not waited for then. */
  readonly signal: AbortSignal;
  readonly now: () => number;
}): (entry: ApiAudit) => Promise<void> {
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
