import { readFileSync } from 'node:fs';

export interface VectorCase {
  readonly name: string;
  readonly source: string;
  readonly expect: 'accepted' | 'rejected';
  /** Unix seconds of the clock. */
  readonly now: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body_base64: string;
}

interface Vectors {
  readonly secrets: readonly string[];
  readonly audience: string;
  readonly jwks: object;
  readonly cases: readonly VectorCase[];
}

const file = new URL('../../../../test/vectors/deliveries.json', import.meta.url);

/** Signed deliveries, and the answer that each must get. */
export const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

/** The parts of a case as the checks take them. */
export function partsOf(vector: VectorCase) {
  const lower = Object.fromEntries(
    Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const headers = {
    webhookId: lower['webhook-id'] ?? '',
    timestamp: lower['webhook-timestamp'] ?? '',
    signature: lower['webhook-signature'] ?? '',
  };
  return { headers, content: { ...headers, rawBody: Buffer.from(vector.body_base64, 'base64') } };
}
