import type { ApiTokens } from '@gemini-events/access';
import type { ApiAudit } from '@gemini-events/access/audit';
import type { Outputs } from '@gemini-events/objects';
import type { WebhookSender } from '../deliver/send-webhook.ts';
import type { ResultLinks } from '../keys/result-links.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { DeliveryLog } from '../store/delivery-log.ts';
import type { EndpointSecrets } from '../store/endpoint-secrets.ts';
import type { Endpoints } from '../store/endpoints.ts';
import type { StoredRules } from '../store/stored-rules.ts';

/** What the API works with. */
export interface ApiParts {
  readonly endpoints: Endpoints;
  readonly secrets: EndpointSecrets;
  readonly tokens: ApiTokens;
  readonly deliveries: DeliveryLog;
  readonly rules: StoredRules;
  readonly sealer: Sealer;
  readonly sender: WebhookSender;
  /** @throws BridgeError ERR_HTTP_REFUSED with its `reason` */
  readonly checkUrl: (url: string) => void;
  /** Something was queued for a lane, or may be sent again. */
  readonly onQueued: (lane: string) => void;
  /** @throws BridgeError ERR_RULES_INVALID */
  readonly readRule: (name: string, definition: unknown) => unknown;
  readonly onRulesChanged: () => void;
  /** Called before each change; where it throws, nothing is changed. */
  readonly audit: (entry: ApiAudit) => Promise<void>;
  /** Where links to results lead; null: none are made. */
  readonly results: { readonly links: ResultLinks; readonly outputs: Outputs } | null;
  /** Told of errors that are answered with 500 and without a word. */
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
}
