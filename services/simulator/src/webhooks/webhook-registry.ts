import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { staticTarget, type Target } from '../deliveries/target.ts';
import { randomId } from '../util/ids.ts';

/** What a webhook can subscribe to: the two `cancelled` events are not among it. */
export const SUBSCRIBABLE = [
  'batch.succeeded',
  'batch.expired',
  'batch.failed',
  'interaction.requires_action',
  'interaction.completed',
  'interaction.failed',
  'video.generated',
] as const;

/** How long a former secret goes on signing after a rotation. */
const GRACE_MS = 24 * 3_600_000;
const ID_LENGTH = 36;

interface SigningSecret {
  readonly key: KeyObject;
  /** `whsec_...` and the last four characters. */
  readonly truncated: string;
  expiresAt: number | null;
}

export interface Webhook {
  readonly id: string;
  name: string;
  uri: string;
  events: readonly string[];
  state: 'enabled' | 'disabled';
  readonly secrets: SigningSecret[];
}

/** Registered webhooks with their secrets; the text of a secret is handed out once and not kept. */
export class WebhookRegistry {
  readonly #webhooks = new Map<string, Webhook>();
  readonly #targets = new Map<string, Target>();
  readonly #now: () => number;
  readonly #foreignKey = createSecretKey(randomBytes(32));

  constructor(now: () => number) {
    this.#now = now;
  }

  add(webhook: {
    name: string;
    uri: string;
    events: readonly string[];
    secret: string;
    key: KeyObject;
  }): Webhook {
    const { name, uri, events, secret, key } = webhook;
    const secrets = [signingSecret(secret, key)];
    const added: Webhook = {
      id: randomId(ID_LENGTH),
      name,
      uri,
      events,
      state: 'enabled',
      secrets,
    };
    this.#webhooks.set(added.id, added);
    this.#targets.set(
      added.id,
      staticTarget({
        uri: () => added.uri,
        keys: () => this.validSecrets(added).map(({ key }) => key),
        foreignKey: this.#foreignKey,
        isGone: () => !this.#webhooks.has(added.id),
      }),
    );
    return added;
  }

  get(id: string): Webhook | null {
    return this.#webhooks.get(id) ?? null;
  }

  all(): Iterable<Webhook> {
    return this.#webhooks.values();
  }

  delete(id: string): void {
    this.#webhooks.delete(id);
    this.#targets.delete(id);
  }

  target(id: string): Target | null {
    return this.#targets.get(id) ?? null;
  }

  /** Where an event of the type goes; of a type that nobody can subscribe to: to all enabled ones. */
  subscribed(type: string, isSubscribable: boolean): Target[] {
    const targets: Target[] = [];
    for (const webhook of this.#webhooks.values()) {
      const wants =
        webhook.state === 'enabled' && (!isSubscribable || webhook.events.includes(type));
      const target = wants ? this.#targets.get(webhook.id) : undefined;
      if (target !== undefined) targets.push(target);
    }
    return targets;
  }

  /** Oldest first, as deliveries were seen to carry their signatures. */
  validSecrets(webhook: Webhook): SigningSecret[] {
    return webhook.secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > this.#now());
  }

  rotate(webhook: Webhook, secret: string, key: KeyObject, revokeNow: boolean): void {
    const valid = this.validSecrets(webhook);
    for (const former of valid) former.expiresAt ??= this.#now() + GRACE_MS;
    webhook.secrets.splice(
      0,
      webhook.secrets.length,
      ...(revokeNow ? [] : valid),
      signingSecret(secret, key),
    );
  }
}

export function newSecret(): { readonly secret: string; readonly key: KeyObject } {
  const bytes = randomBytes(32);
  return { secret: `whsec_${bytes.toString('base64')}`, key: createSecretKey(bytes) };
}

function signingSecret(secret: string, key: KeyObject): SigningSecret {
  return { key, truncated: `whsec_...${secret.slice(-4)}`, expiresAt: null };
}
