import {
  kafkaFields,
  port,
  processFields,
  registryFields,
  Secret,
  wholeNumber,
} from '@gemini-events/service';
import { z } from 'zod';
import { readSecretList } from './accept/secret-list.ts';

const MIB = 1024 * 1024;

const webhookSecrets = z
  .string('is required: the signing secrets, whsec_…, separated by commas, newest first')
  .transform((text, context): readonly Secret[] => {
    const list = readSecretList(text);
    if (list.ok) return list.secrets.map((secret) => new Secret(secret));
    for (const message of list.faults) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

/** The environment of the ingress. */
export const ingressConfig = z.object({
  ...processFields,
  ...kafkaFields,
  ...registryFields,
  INGRESS_HOST: z.string().default('127.0.0.1').describe('Address of the webhook endpoint.'),
  INGRESS_PORT: port().default(8080).describe('Port of the webhook endpoint; 0: any free one.'),
  INGRESS_MAX_BODY_BYTES: wholeNumber(1, MIB)
    .default(256 * 1024)
    .describe(
      'Larger bodies are answered 413. The record must fit message.max.bytes of the topic.',
    ),
  INGRESS_ACK_TIMEOUT_MS: wholeNumber(100, 60_000)
    .default(3_000)
    .describe('A delivery that Kafka has not acknowledged by then is answered 503.'),
  INGRESS_MAX_IN_FLIGHT_BYTES: wholeNumber(MIB, 4096 * MIB)
    .default(64 * MIB)
    .describe(
      'Bound of records not yet acknowledged, and of bodies being received; beyond it 503.',
    ),
  GEMINI_WEBHOOK_SECRETS: webhookSecrets.describe(
    'Signing secrets of the source `default`, comma-separated; all are valid during a rotation.',
  ),
});
