import { readConfig } from '@gemini-events/service';
import { describe, expect, it } from 'vitest';
import { settingsOf, simulatorConfig } from './config.ts';
import { DEFAULT_SHARES } from './shares.ts';
import { SECRET } from './testing/fixtures.ts';

function faultsOf(env: Readonly<Record<string, string>>): readonly string[] {
  const result = readConfig(simulatorConfig, env);
  return result.ok ? [] : result.faults;
}
function settingsFrom(env: Readonly<Record<string, string>>) {
  const result = readConfig(simulatorConfig, env);
  if (!result.ok) throw new Error(result.faults.join('\n'));
  return settingsOf(result.config, () => 99);
}

describe('the configuration of the simulator', () => {
  it('needs nothing: any key, no webhook, usual shares, a random seed', () => {
    expect(settingsFrom({})).toMatchObject({
      seed: 99,
      apiKey: null,
      webhook: null,
      shares: DEFAULT_SHARES,
      allowsRemote: false,
      uploadBytes: 64 * 1024 ** 2,
      indexingMs: 1_500,
    });
  });

  it('keeps a seed of 0, and a share of each spelling', () => {
    expect(settingsFrom({ SIMULATOR_SEED: '0' }).seed).toBe(0);
    const { shares } = settingsFrom({
      SIMULATOR_REPEATS: '0.5',
      SIMULATOR_STALE: '.25',
      SIMULATOR_FORGERIES: '0',
      SIMULATOR_FAILURES: '1.0',
    });
    expect(shares).toMatchObject({ repeats: 0.5, stale: 0.25, forgeries: 0, failures: 1 });
  });

  it.each(['1.1', '-0.1', '50%', '2', 'half'])('refuses the share %s', (share) => {
    expect(faultsOf({ SIMULATOR_REPEATS: share })).toHaveLength(1);
  });

  it('registers its webhook with the first of several secrets', () => {
    const { webhook } = settingsFrom({
      SIMULATOR_WEBHOOK_URL: 'http://127.0.0.1:1/hook',
      GEMINI_WEBHOOK_SECRETS: `${SECRET}, whsec_other`,
    });
    expect(webhook).toMatchObject({ uri: 'http://127.0.0.1:1/hook', secret: SECRET });
  });

  it.each([
    [{ SIMULATOR_WEBHOOK_URL: 'http://127.0.0.1:1/' }, 'GEMINI_WEBHOOK_SECRETS'],
    [
      { SIMULATOR_WEBHOOK_URL: 'http://127.0.0.1:1/', GEMINI_WEBHOOK_SECRETS: 'v1,whsec_x' },
      'GEMINI_WEBHOOK_SECRETS',
    ],
    [{ SIMULATOR_JOB_MIN_MS: '9', SIMULATOR_JOB_MAX_MS: '8' }, 'SIMULATOR_JOB_MIN_MS'],
    [{ SIMULATOR_RETRY_BASE_MS: '9', SIMULATOR_RETRY_CAP_MS: '8' }, 'SIMULATOR_RETRY_BASE_MS'],
  ])('refuses what contradicts itself: %j', (env, name) => {
    const faults = faultsOf(env);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.startsWith(`${name}: `)).toBe(true);
  });
});
