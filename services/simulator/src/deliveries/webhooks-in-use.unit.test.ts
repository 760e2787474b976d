import type { JsonWebKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Settings } from '../settings.ts';
import { type OpenSimulator, openSimulator } from '../testing/fixtures.ts';
import {
  openReceiver,
  type Received,
  type Receiver,
  signersOf,
  verifies,
} from '../testing/receiver.ts';

describe('deliveries', () => {
  let registered: Receiver;
  let dynamic: Receiver;
  let simulator: OpenSimulator;

  const open = (more: Partial<Settings> = {}): void => {
    simulator = openSimulator({ minDurationMs: 1, maxDurationMs: 1, ...more });
  };
  const register = async (
    subscribed_events: readonly string[],
  ): Promise<{ id: string; new_signing_secret: string }> => {
    const order = { uri: registered.uri, subscribed_events };
    const path = '/v1/webhooks';
    return (await simulator.call<{ id: string; new_signing_secret: string }>('POST', path, order))
      .body;
  };
  const interact = async (more: object = {}): Promise<string> => {
    const order = { model: 'm', input: 'hi', background: true, ...more };
    return (await simulator.call<{ id: string }>('POST', '/v1/interactions', order)).body.id;
  };
  const received = ({ received: all }: Receiver, count: number): Promise<Received[]> =>
    vi.waitFor(() => {
      expect(all.length).toBeGreaterThanOrEqual(count);
      return all;
    });
  /** When all that the API was asked for is through, nothing more comes. */
  const settled = (): Promise<void> =>
    vi.waitFor(async () => {
      const { body } = await simulator.call('GET', '/simulator/runs/api');
      expect(body).toMatchObject({ done: true });
    });
  const webhook_config = (metadata?: object) => ({
    uris: [dynamic.uri],
    ...(metadata === undefined ? {} : { user_metadata: metadata }),
  });
  const json = (delivery: Received | undefined): Record<string, unknown> =>
    JSON.parse(delivery?.body.toString() ?? '') as Record<string, unknown>;

  beforeEach(async () => {
    registered = await openReceiver(() => ({ status: 200 }));
    dynamic = await openReceiver(() => ({ status: 200 }));
  });
  afterEach(async () => {
    await simulator.close();
    await registered.close();
    await dynamic.close();
  });

  it('of a registered webhook are thin, and verify with the secret that create showed', async () => {
    open();
    const { new_signing_secret } = await register(['interaction.completed']);
    const id = await interact();
    const [delivery] = await received(registered, 1);
    expect(json(delivery)).toEqual({
      type: 'interaction.completed',
      version: 'v1',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      data: { id },
    });
    expect(delivery !== undefined && verifies(new_signing_secret, delivery)).toBe(true);
  });

  it('carry two signatures after a rotation, and one after a revocation', async () => {
    open();
    const { id, new_signing_secret: first } = await register(['interaction.completed']);
    const rotate = async (body?: object): Promise<string> => {
      const path = `/v1/webhooks/${id}:rotateSigningSecret`;
      return (await simulator.call<{ secret: string }>('POST', path, body)).body.secret;
    };
    const verified = (delivery: Received | undefined, secrets: readonly string[]): boolean[] =>
      secrets.map((secret) => delivery !== undefined && verifies(secret, delivery));
    const second = await rotate();
    await interact();
    const [both] = await received(registered, 1);
    expect(both?.signature.split(' ')).toHaveLength(2);
    expect(verified(both, [first, second])).toEqual([true, true]);
    const third = await rotate({ revocation_behavior: 'revoke_previous_secrets_immediately' });
    await interact();
    const [, one] = await received(registered, 2);
    expect(one?.signature.split(' ')).toHaveLength(1);
    expect(verified(one, [first, second, third])).toEqual([false, false, true]);
  });

  it('of a dynamic webhook go there only, and verify with a key of the JWKS', async () => {
    open();
    await register(['interaction.completed']);
    await interact({ webhook_config: webhook_config() });
    const [delivery] = await received(dynamic, 1);
    await settled();
    expect(registered.received).toEqual([]);
    interface Jwks {
      readonly keys: JsonWebKey[];
    }
    const { keys } = (await simulator.call<Jwks>('GET', '/.well-known/jwks.json')).body;
    expect(signersOf(keys, delivery)).toBe(1);
  });

  it.each([
    ['data', undefined, { run: 'r1' }],
    ['top', { run: 'r1' }, undefined],
    ['both', { run: 'r1' }, { run: 'r1' }],
    ['none', undefined, undefined],
  ] as const)('bring user_metadata back in place: %s', async (userMetadataPlace, top, inData) => {
    open({ userMetadataPlace });
    await interact({ webhook_config: webhook_config({ run: 'r1' }) });
    const body = json((await received(dynamic, 1))[0]);
    expect(body['user_metadata']).toEqual(top);
    expect((body['data'] as Record<string, unknown>)['user_metadata']).toEqual(inData);
  });

  it('of a video and of a batch point to the file', async () => {
    open();
    await register(['video.generated', 'batch.succeeded']);
    const instances = [{ prompt: 'p' }];
    await simulator.call('POST', '/v1/models/veo:predictLongRunning', { instances });
    const video = json((await received(registered, 1))[0]);
    expect(video).toMatchObject({
      type: 'video.generated',
      data: {
        output_file_uri: expect.stringMatching(
          /\/v1beta\/files\/\w+:download\?alt=media$/,
        ) as string,
        file_name: expect.stringMatching(/^files\/\w+$/) as string,
      },
    });
    const batch = { inputConfig: { fileName: 'files/in' } };
    await simulator.call('POST', '/v1/models/m:batchGenerateContent', { batch });
    expect(json((await received(registered, 2))[1])).toMatchObject({
      type: 'batch.succeeded',
      data: { output_file_uri: expect.stringMatching(/^files\/batch-\w{36}$/) as string },
    });
  });

  it('do not come for types without a subscription', async () => {
    open();
    await register(['batch.failed', 'interaction.requires_action']);
    await interact();
    await settled();
    expect(registered.received).toEqual([]);
  });

  it('do not come for a foreground interaction, though its type is subscribed to', async () => {
    open();
    await register(['interaction.completed']);
    await interact({ background: false });
    const id = await interact();
    await settled();
    expect(registered.received.map((delivery) => json(delivery)['data'])).toEqual([{ id }]);
  });

  it.each([
    ['dynamic', 0, 1],
    ['all', 1, 1],
    ['none', 0, 0],
  ] as const)('of cancelled events follow the setting: %s', async (cancelledEvents, some, more) => {
    open({ cancelledEvents, minDurationMs: 60_000, maxDurationMs: 60_000 });
    await register(['batch.failed']);
    const ids = [await interact(), await interact({ webhook_config: webhook_config() })];
    for (const id of ids) await simulator.call('POST', `/v1/interactions/${id}/cancel`);
    await settled();
    expect([registered.received.length, dynamic.received.length]).toEqual([some, more]);
    for (const delivery of [...registered.received, ...dynamic.received]) {
      expect(json(delivery)['type']).toBe('interaction.cancelled');
    }
  });

  it('of a ping are signed and of a type that no catalogue names', async () => {
    open();
    const { id, new_signing_secret } = await register(['batch.failed']);
    await simulator.call('POST', `/v1/webhooks/${id}:ping`);
    const [ping] = await received(registered, 1);
    expect(json(ping)).toMatchObject({ type: 'ping' });
    expect(ping !== undefined && verifies(new_signing_secret, ping)).toBe(true);
  });
});
