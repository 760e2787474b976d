import { readConfig } from '@gemini-events/service';
import { describe, expect, it } from 'vitest';
import { ingressConfig } from './config.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;

const read = (more: Readonly<Record<string, string>>) =>
  readConfig(ingressConfig, {
    KAFKA_BROKERS: 'localhost:9092',
    SCHEMA_REGISTRY_URL: 'http://localhost:8081',
    GEMINI_WEBHOOK_SECRETS: SECRET,
    ...more,
  });

const faults = (more: Readonly<Record<string, string>>): readonly string[] => {
  const result = read(more);
  return result.ok ? [] : result.faults;
};

describe('the configuration of the ingress', () => {
  it('has the documented defaults', () => {
    const result = read({});
    expect(result).toMatchObject({
      ok: true,
      config: {
        INGRESS_HOST: '127.0.0.1',
        INGRESS_PORT: 8080,
        INGRESS_MAX_BODY_BYTES: 262_144,
        INGRESS_ACK_TIMEOUT_MS: 3_000,
        INGRESS_MAX_IN_FLIGHT_BYTES: 67_108_864,
      },
    });
  });

  it('takes several secrets, with spaces around them', () => {
    const result = read({ GEMINI_WEBHOOK_SECRETS: ` ${SECRET} , ${OTHER}\n` });
    const secrets = result.ok
      ? result.config.GEMINI_WEBHOOK_SECRETS?.map((each) => each.reveal())
      : [];
    expect(secrets).toEqual([SECRET, OTHER]);
  });

  it('tells all faults at once', () => {
    const found = faults({
      INGRESS_PORT: '70000',
      GEMINI_WEBHOOK_SECRETS: '',
      KAFKA_BROKERS: 'nowhere',
    });
    expect(new Set(found.map((fault) => fault.split(':', 1)[0]))).toEqual(
      new Set(['GEMINI_WEBHOOK_SECRETS', 'INGRESS_PORT', 'KAFKA_BROKERS']),
    );
  });

  it('knows the secret that was pasted with its version, as one fault', () => {
    const found = faults({ GEMINI_WEBHOOK_SECRETS: `${OTHER},v1,${SECRET}` });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^GEMINI_WEBHOOK_SECRETS: secret 2 of 2 begins with a signature version/,
    );
  });

  it('names each faulty secret by its place', () => {
    const found = faults({ GEMINI_WEBHOOK_SECRETS: `whsec_AAAA,${SECRET},"${OTHER}"` });
    expect(found.map((fault) => /secret (\d) of 3/.exec(fault)?.[1])).toEqual(['1', '3']);
  });

  it.each([
    `v1,${SECRET}`,
    `"${SECRET}"`,
    SECRET.slice(6),
    `${SECRET}!`,
    `whsk_${SECRET.slice(6)}`,
  ])('repeats nothing of a faulty secret (%#)', (text) => {
    const found = faults({ GEMINI_WEBHOOK_SECRETS: text });
    expect(found).toHaveLength(1);
    expect(found[0]).not.toContain(SECRET.slice(6, 14));
  });

  it('does not show secrets when it is printed', () => {
    const result = read({ SCHEMA_REGISTRY_PASSWORD: 'hunter2' });
    const printed = JSON.stringify(result);
    expect(printed).not.toContain(SECRET.slice(6));
    expect(printed).not.toContain('hunter2');
  });
});
