import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signV1 } from '@gemini-events/webhooks';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { readAll } from '../chaos/dedup/read-all.ts';
import { type IngressBed, openIngressBed } from '../kit/ingress-bed.ts';
import type { ServiceProcess } from '../kit/service.ts';
import { type SteadyLoad, startSteadyLoad } from '../kit/steady-load.ts';

const stack = inject('stack');
const SENDERS = 16;

interface TestSecret {
  readonly text: string;
  readonly key: KeyObject;
}
const newSecret = (): TestSecret => {
  const bytes = randomBytes(32);
  return { text: `whsec_${bytes.toString('base64')}`, key: createSecretKey(bytes) };
};

describe('an ingress process under load', () => {
  let bed: IngressBed;
  let load: SteadyLoad | undefined;
  beforeEach(async () => {
    bed = await openIngressBed('rotation', stack);
  });
  afterEach(async () => {
    await load?.stop();
    load = undefined;
    await bed.close();
  });

  /** Load that signs with whatever stands in `signers` at the moment. */
  const start = (signers: { keys: readonly KeyObject[] }): SteadyLoad =>
    startSteadyLoad({
      url: bed.url,
      senders: SENDERS,
      run: 'msg',
      sign: (content) => signers.keys.map((key) => signV1(key, content)).join(' '),
    });
  const more = (running: SteadyLoad, count: number): Promise<void> => {
    const from = running.sent.length;
    return vi.waitFor(() => expect(running.sent.length).toBeGreaterThanOrEqual(from + count), {
      timeout: 10_000,
      interval: 20,
    });
  };
  const loaded = (service: ServiceProcess, times: number): Promise<void> =>
    vi.waitFor(
      async () =>
        expect(await service.metrics()).toContain(`sources_loads_total{outcome="loaded"} ${times}`),
      { timeout: 6_000, interval: 50 },
    );

  it('refuses nothing genuine while its secret is rotated in the sources file', async () => {
    const [old, next] = [newSecret(), newSecret()];
    const file = join(bed.dir, 'sources.yaml');
    const text = (...secrets: readonly TestSecret[]): string =>
      `sources: { default: { secrets: [${secrets.map((secret) => secret.text).join(', ')}] } }\n`;
    writeFileSync(file, text(old));
    const service = await bed.start({ SOURCES_FILE: file });
    const signers = { keys: [old.key] as readonly KeyObject[] };
    const running = start(signers);
    load = running;
    await more(running, 200);

    signers.keys = [next.key, old.key];
    await more(running, 200);
    writeFileSync(`${file}.new`, text(next, old));
    renameSync(`${file}.new`, file);
    await loaded(service, 2);
    await more(running, 200);
    signers.keys = [next.key];
    await more(running, 200);
    // In place this time, and by the signal.
    writeFileSync(file, text(next));
    service.kill('SIGHUP');
    await loaded(service, 3);
    await more(running, 200);
    // A file that is half written changes nothing.
    writeFileSync(file, text(next).slice(0, 40));
    service.kill('SIGHUP');
    await vi.waitFor(async () =>
      expect(await service.metrics()).toContain('sources_loads_total{outcome="refused"} 1'),
    );
    await more(running, 200);
    await running.stop();

    expect(running.sent.length).toBeGreaterThan(1_000);
    expect(running.sent.filter(({ outcome }) => outcome !== 202)).toEqual([]);
    signers.keys = [old.key];
    const late = start(signers);
    load = late;
    await more(late, 1);
    await late.stop();
    expect(new Set(late.sent.map(({ outcome }) => outcome))).toEqual(new Set([401]));
  });

  it('answers on SIGTERM all that it took, has all of it on the topic, and exits 0', async () => {
    const secret = newSecret();
    const service = await bed.start({ GEMINI_WEBHOOK_SECRETS: secret.text });
    const running = start({ keys: [secret.key] });
    load = running;
    await more(running, 500);
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    await running.stop();

    const outcomeOf = new Map(running.sent.map(({ webhookId, outcome }) => [webhookId, outcome]));
    expect(new Set(outcomeOf.values()).difference(new Set([202, 503, 'broken']))).toEqual(
      new Set(),
    );
    const seen = await readAll([bed.env['KAFKA_BROKERS'] ?? ''], [bed.topic]);
    const onTopic = new Set(seen.map(({ webhookId }) => webhookId));
    const acknowledged = [...outcomeOf].filter(([, outcome]) => outcome === 202);
    expect(acknowledged.filter(([id]) => !onTopic.has(id))).toEqual([]);
    // What was taken was answered: nothing is on the topic whose sender was left without an answer.
    expect([...onTopic].filter((id) => outcomeOf.get(id) === 'broken')).toEqual([]);
  });
});
