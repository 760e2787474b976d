import type { Outputs } from '@gemini-events/objects';
import type {
  ApiToken,
  ApiTokens,
  DeliveryLog,
  EndpointSecrets,
  Endpoints,
  StoredRules,
} from '@gemini-events/postgres';
import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { WebhookSender } from '../deliver/send-webhook.ts';
import type { ResultLinks } from '../keys/result-links.ts';
import type { Sealer } from '../keys/sealer.ts';

/** Somebody changes something by the API. */
export interface ApiAudit {
  /** `token/` and the id of the token. */
  readonly actor: string;
  /** For example `endpoint.create`. */
  readonly action: string;
  /** On what: the id of an endpoint, a delivery or a token, or the name of a rule. */
  readonly target: string;
  readonly detail: Readonly<Record<string, string>>;
}

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

export interface ApiEnv {
  readonly Variables: { token: ApiToken };
  /** Not there where the app is called without a server. */
  readonly Bindings: Partial<HttpBindings>;
}

export type Api = OpenAPIHono<ApiEnv>;
