import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  ALWAYS,
  kafkaFields,
  kafkaRules,
  port,
  processFields,
  registryFields,
  Secret,
  wholeNumber,
} from '@gemini-events/service';
import { z } from 'zod';
import { readSecretList } from './accept/secret-list.ts';
import { readTrustedProxies, type TrustedProxies } from './server/client-address.ts';
import { checkTlsFiles } from './server/tls-files.ts';
import { readSourcesFile } from './sources/read-sources-file.ts';

const MIB = 1024 * 1024;
/** Metadata and errors of a body stand in its record twice, and a record has to stay below 1 MB. */
const MAX_BODY_BYTES = 448 * 1024;

const webhookSecrets = z.string().transform((text, context): readonly Secret[] => {
  const list = readSecretList(text);
  if (list.ok) return list.secrets.map((secret) => new Secret(secret));
  for (const message of list.faults) context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const proxies = z
  .string()
  .default('')
  .transform((text, context): TrustedProxies => {
    const entries = text.split(',').map((entry) => entry.trim());
    const read = readTrustedProxies(entries.filter((entry) => entry !== ''));
    if (read !== null) return read;
    const message = 'must be addresses or CIDR ranges, separated by commas';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

const stateFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'gemini-events', 'ingress');

/** The environment of the ingress. */
export const ingressConfig = z
  .object({
    ...processFields,
    ...kafkaFields,
    ...registryFields,
    INGRESS_HOST: z.string().default('127.0.0.1').describe('Address of the webhook endpoint.'),
    INGRESS_PORT: port().default(8080).describe('Port of the webhook endpoint; 0: any free one.'),
    INGRESS_TLS_CERT_FILE: z
      .string()
      .optional()
      .describe('PEM file of the certificate chain; with the key: HTTPS instead of HTTP.'),
    INGRESS_TLS_KEY_FILE: z.string().optional().describe("PEM file of the certificate's key."),
    INGRESS_TRUSTED_PROXIES: proxies.describe(
      'Proxies whose X-Forwarded-For is believed: addresses or CIDR ranges, comma-separated.',
    ),
    INGRESS_MAX_BODY_BYTES: wholeNumber(1, MAX_BODY_BYTES)
      .default(256 * 1024)
      .describe('Larger bodies are answered 413.'),
    INGRESS_ACK_TIMEOUT_MS: wholeNumber(100, 60_000)
      .default(3_000)
      .describe('A delivery that Kafka has not acknowledged by then is answered 503.'),
    INGRESS_MAX_IN_FLIGHT_BYTES: wholeNumber(MIB, 4096 * MIB)
      .default(64 * MIB)
      .describe(
        'Bound of records not yet acknowledged, and of bodies being received; beyond it 503.',
      ),
    INGRESS_MAX_FAILED_CHECKS: wholeNumber(1, 1_000_000)
      .default(100)
      .describe(
        'Ed25519 and RSA checks that may fail in 10 s for one address; beyond it 429. Never for a right v1.',
      ),
    INGRESS_STATE_DIR: z
      .string()
      .default(stateFolder)
      .describe(
        'Folder for schema ids and key sets, which bridge an outage of the registry or a JWKS URL at a start.',
      ),
    SOURCES_FILE: z
      .string()
      .optional()
      .describe('YAML file of the sources; looked at every 2 s and on SIGHUP.'),
    GEMINI_WEBHOOK_SECRETS: webhookSecrets
      .optional()
      .describe(
        'Signing secrets of the source `default`, comma-separated; all are valid during a rotation.',
      ),
  })
  .superRefine(kafkaRules, ALWAYS)
  .superRefine((config, context) => {
    const fault = (name: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [name], message });
    if (config.SOURCES_FILE === undefined && config.GEMINI_WEBHOOK_SECRETS === undefined) {
      fault(
        'GEMINI_WEBHOOK_SECRETS',
        'is required (signing secrets, whsec_…, separated by commas, newest first) unless SOURCES_FILE is set',
      );
    }
    if (config.SOURCES_FILE !== undefined && config.GEMINI_WEBHOOK_SECRETS !== undefined) {
      fault('GEMINI_WEBHOOK_SECRETS', 'and SOURCES_FILE are both set; keep one of them');
    }
    const { INGRESS_TLS_CERT_FILE: cert, INGRESS_TLS_KEY_FILE: key } = config;
    if ((cert === undefined) !== (key === undefined)) {
      fault('INGRESS_TLS_CERT_FILE', 'and INGRESS_TLS_KEY_FILE go together');
    }
    const tlsFault =
      cert === undefined || key === undefined
        ? null
        : checkTlsFiles({ certFile: cert, keyFile: key });
    if (tlsFault !== null) fault('INGRESS_TLS_CERT_FILE', `and INGRESS_TLS_KEY_FILE ${tlsFault}`);
    if (config.SOURCES_FILE !== undefined) {
      const reading = readSourcesFile(config.SOURCES_FILE);
      for (const each of reading.ok ? [] : reading.faults) fault('SOURCES_FILE', each);
    }
  }, ALWAYS);
