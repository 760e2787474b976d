import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type ApiBed, makeApiBed } from './testing/api-bed.ts';

interface Page {
  readonly data: readonly { readonly id: string; readonly number: number }[];
  readonly next: string | null;
}

let bed: ApiBed;
let acme: string;
let lane: string;

beforeAll(async () => {
  bed = await makeApiBed(inject('stack').databaseUrl);
});
beforeEach(async () => {
  await bed.clear();
  acme = await bed.makeToken('acme');
  lane = (await bed.makeEndpoint('acme')).id;
  bed.audits.length = 0;
  bed.queued.length = 0;
});
afterAll(() => bed?.drop());

const get = async (path: string): Promise<Page> => (await bed.call(acme, 'GET', path)).body as Page;

describe('deliveries', () => {
  it('are listed in pages, the newest first, and by state', async () => {
    const ids: string[] = [];
    for (const state of ['failed', 'delivered', 'failed']) {
      ids.unshift(await bed.makeDelivery(lane, 'acme', state));
    }
    const path = `/v1/endpoints/${lane}/deliveries`;
    const first = await get(`${path}?limit=2`);
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await get(`${path}?limit=2&cursor=${first.next ?? ''}`);
    expect(second).toMatchObject({ data: [{ id: ids[2] }], next: null });
    expect((await get(`${path}?state=delivered`)).data).toHaveLength(1);
    expect((await get(`${path}?type=batch.failed`)).data).toHaveLength(0);
  });

  it('are shown with their text and every attempt: status, time, first bytes of the answer', async () => {
    const id = await bed.makeDelivery(lane, 'acme');
    expect((await bed.call(acme, 'GET', `/v1/deliveries/${id}`)).body).toMatchObject({
      id,
      endpoint: lane,
      body: '{"type":"batch.succeeded"}',
    });
    expect(await get(`/v1/deliveries/${id}/attempts`)).toMatchObject({
      data: [{ number: 1, took_ms: 12, status: 500, error: 'ERR_ENDPOINT_STATUS', answer: 'oh' }],
      next: null,
    });
  });

  it('are sent again by hand, once they are not being sent and their endpoint is active', async () => {
    const id = await bed.makeDelivery(lane, 'acme', 'delivered');
    const path = `/v1/deliveries/${id}/resend`;
    const again = await bed.call(acme, 'POST', path);
    expect(again).toMatchObject({
      status: 202,
      body: { state: 'waiting', triggered_by: 'resend' },
    });
    expect(bed.queued).toEqual([lane]);
    expect(bed.audits).toMatchObject([{ action: 'delivery.resend', target: id }]);
    await bed.pool.query(`update gemini_events.notify_deliveries set state = 'sending'`);
    const inFlight = { status: 409, body: { code: 'delivery_in_flight' } };
    expect(await bed.call(acme, 'POST', path)).toMatchObject(inFlight);
    await bed.pool.query(`update gemini_events.notify_deliveries set state = 'failed'`);
    await bed.call(acme, 'POST', `/v1/endpoints/${lane}/disable`);
    const inactive = { status: 409, body: { code: 'endpoint_not_active' } };
    expect(await bed.call(acme, 'POST', path)).toMatchObject(inactive);
  });
});

describe('an endpoint', () => {
  it('gets what has failed since, and what it was never to get', async () => {
    await bed.makeDelivery(lane, 'acme', 'failed');
    await bed.makeDelivery('ep_gone', 'acme', 'delivered');
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const post = (action: string, body: object) =>
      bed.call(acme, 'POST', `/v1/endpoints/${lane}/${action}`, body);
    const one = { status: 202, body: { queued: 1, more: false } };
    expect(await post('recover', { since })).toMatchObject(one);
    expect(await post('replay-missing', { since })).toMatchObject(one);
    expect(bed.queued).toEqual([lane, lane]);
    const none = { status: 202, body: { queued: 0, more: false } };
    expect(await post('recover', { since: '2026-01-01T00:00:00+02:00' })).toMatchObject(none);
    expect(await post('replay-missing', { since, until: since })).toMatchObject(none);
    expect(bed.queued).toHaveLength(2);
    for (const wrong of [{}, { since: 'yesterday' }, { since: 7 }, { since, to: since }]) {
      expect((await post('recover', wrong)).status).toBe(400);
    }
  });

  it('gets a test as a row in the queue, and only once it is verified', async () => {
    const test = await bed.call(acme, 'POST', `/v1/endpoints/${lane}/test`);
    expect(test).toMatchObject({
      status: 202,
      body: { type: 'endpoint.test', state: 'waiting', triggered_by: 'test', attempts: 0 },
    });
    expect(bed.sent).toEqual([]);
    expect(bed.queued).toEqual([lane]);
    const url = 'https://b.example.com/';
    await bed.call(acme, 'PATCH', `/v1/endpoints/${lane}`, { url });
    for (const [action, body] of [
      ['test', undefined],
      ['recover', { since: '2026-01-01T00:00:00Z' }],
      ['replay-missing', { since: '2026-01-01T00:00:00Z' }],
    ] as const) {
      const answer = await bed.call(acme, 'POST', `/v1/endpoints/${lane}/${action}`, body);
      expect(answer).toMatchObject({ status: 409, body: { code: 'endpoint_not_active' } });
    }
  });
});
