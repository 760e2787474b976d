import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BridgeError } from '@gemini-events/events';
import { describe, expect, it, vi } from 'vitest';
import { awaitEncoder } from './event-encoder.ts';
import { createSchemaIdShelf } from './schema-id-shelf.ts';

const IDS = new Map([
  ['BatchEvent', 1],
  ['InteractionEvent', 2],
  ['VideoEvent', 3],
  ['UnknownEvent', 4],
  ['QuarantinedDelivery', 5],
] as const);

const folder = (): string => mkdtempSync(join(tmpdir(), 'gemini-events-ingress-'));

function start(dir: string, lookup: () => Promise<typeof IDS>, url = 'http://registry') {
  const ending = new AbortController();
  const failures: unknown[] = [];
  const encoder = awaitEncoder({
    registry: { lookupSchemaIds: lookup },
    prefix: 'gemini',
    shelf: createSchemaIdShelf(dir, url, 'gemini'),
    signal: ending.signal,
    onFailure: (error) => failures.push(error),
  });
  return { encoder, failures, end: () => ending.abort() };
}
const away = (): Promise<never> =>
  Promise.reject(new BridgeError('ERR_REGISTRY_UNAVAILABLE', 'away'));

describe('schema ids', () => {
  it('of an earlier start bridge an outage of the registry', async () => {
    const dir = folder();
    const first = start(dir, () => Promise.resolve(IDS));
    await vi.waitFor(async () =>
      expect(await createSchemaIdShelf(dir, 'http://registry', 'gemini').load()).toEqual(IDS),
    );
    first.end();
    const second = start(dir, away);
    await vi.waitFor(() => expect(second.encoder()).not.toBeNull());
    expect(second.failures.length).toBeGreaterThan(0);
    second.end();
  });

  it('of another registry are not used, nor those of a registry that says they are missing', async () => {
    const dir = folder();
    await createSchemaIdShelf(dir, 'http://registry', 'gemini').save(IDS);
    const other = start(dir, away, 'http://other');
    const missing = start(dir, () =>
      Promise.reject(new BridgeError('ERR_SCHEMA_MISSING', 'not registered')),
    );
    for (const { encoder, failures, end } of [other, missing]) {
      await vi.waitFor(() => expect(failures.length).toBeGreaterThan(1));
      expect(encoder()).toBeNull();
      end();
    }
  });

  it('that are not all there, or of records that nobody knows, are not used and break nothing', async () => {
    const dir = folder();
    const shelf = createSchemaIdShelf(dir, 'http://registry', 'gemini');
    await shelf.save(new Map([...IDS].slice(1)));
    const partial = start(dir, away);
    await vi.waitFor(() => expect(partial.failures.length).toBeGreaterThan(1));
    expect(partial.encoder()).toBeNull();
    partial.end();
    await shelf.save(new Map([...IDS, ['Nonsense' as 'BatchEvent', 9]]));
    const strange = start(dir, away);
    await vi.waitFor(() => expect(strange.encoder()).not.toBeNull());
    strange.end();
  });
});
