import { readConfig } from '@gemini-events/service';
import { describe, expect, it } from 'vitest';
import { dedupConfig, describeConfig } from './config.ts';

const read = (env: Readonly<Record<string, string>>) =>
  readConfig(dedupConfig, { KAFKA_BROKERS: 'a:1', ...env });

describe('the environment of dedup', () => {
  it('has two days and the webhook-id as defaults', () => {
    expect(read({})).toMatchObject({
      ok: true,
      config: { DEDUP_WINDOW_HOURS: 48, DEDUP_KEY: 'webhook-id', DEDUP_ALLOW_OFFSET_RESET: false },
    });
  });

  it.each([
    ['DEDUP_WINDOW_HOURS', '0'],
    ['DEDUP_WINDOW_HOURS', '73'],
    ['DEDUP_KEY', 'resource'],
    ['DEDUP_ALLOW_OFFSET_RESET', 'yes'],
  ])('refuses %s=%s', (name, value) => {
    expect(read({ [name]: value })).toMatchObject({
      ok: false,
      faults: [expect.stringContaining(name)],
    });
  });

  it('takes both keys', () => {
    const { ok } = read({ DEDUP_KEY: 'webhook-id+resource' });
    expect(ok).toBe(true);
  });

  it('needs nothing to describe itself', () => {
    expect(readConfig(describeConfig, {})).toMatchObject({
      ok: true,
      config: { TOPIC_PREFIX: 'gemini', DEDUP_WINDOW_HOURS: 48 },
    });
  });
});
