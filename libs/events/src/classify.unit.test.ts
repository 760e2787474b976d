import { describe, expect, it } from 'vitest';
import { KNOWN_TYPES } from './catalogue.ts';
import { classify } from './classify.ts';

const bytes = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const event = (type: string, data: object = { id: 'batches/b1' }, more: object = {}) =>
  classify(bytes({ type, version: 'v1', timestamp: '2026-11-01T10:00:00Z', data, ...more }));

describe('a genuine body', () => {
  it.each(KNOWN_TYPES)('of type %s is an event of its family', (type) => {
    expect(event(type)).toMatchObject({
      kind: 'event',
      family: type.split('.')[0],
      resourceId: 'batches/b1',
    });
  });

  it('of a known family and a new type is still an event of that family', () => {
    expect(event('batch.paused')).toMatchObject({ kind: 'event', family: 'batch' });
  });

  it.each(['tuning.succeeded', 'ping', 'batches.succeeded', 'batch', '.batch'])(
    'of the unknown type %s is kept as unknown',
    (type) => {
      expect(event(type)).toMatchObject({ kind: 'unknown', body: { type } });
    },
  );

  it('of an unknown type without data is kept as unknown: a ping may look like this', () => {
    expect(classify(bytes({ type: 'ping' }))).toMatchObject({
      kind: 'unknown',
      body: { resourceId: null },
    });
  });

  it.each([
    ['body_not_utf8', Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d])],
    ['body_not_json', bytes('hello')],
    ['body_not_json', bytes('')],
    ['body_not_object', bytes('[]')],
    ['body_not_object', bytes('null')],
    ['type_missing', bytes({ data: { id: 'x' } })],
    ['type_missing', bytes({ type: 7, data: { id: 'x' } })],
    ['type_missing', bytes({ type: '', data: { id: 'x' } })],
    ['type_too_long', bytes({ type: 't'.repeat(257), data: { id: 'x' } })],
    ['resource_id_missing', bytes({ type: 'batch.succeeded', data: {} })],
    ['resource_id_missing', bytes({ type: 'batch.succeeded', data: { id: '' } })],
    ['resource_id_missing', bytes({ type: 'batch.succeeded', data: { id: 7 } })],
    ['resource_id_missing', bytes({ type: 'batch.succeeded', data: [] })],
    ['resource_id_too_long', bytes({ type: 'batch.succeeded', data: { id: 'x'.repeat(1025) } })],
  ])('is quarantined as %s', (reason, body) => {
    expect(classify(body)).toMatchObject({ kind: 'quarantine', reason });
  });

  it('keeps its text exactly, byte order mark included', () => {
    const text = '\uFEFF{"type":"batch.succeeded","data":{"id":"é😀"}}';
    expect(classify(bytes(text))).toMatchObject({
      kind: 'event',
      resourceId: 'é😀',
      body: { payload: text },
    });
  });

  it('gives the pointer under each spelling that was seen', () => {
    const pointer = (data: object) => {
      const classified = event('video.generated', { id: 'v', ...data });
      return classified.kind === 'event' ? classified.body.outputFileUri : undefined;
    };
    expect(pointer({ output_file_uri: 'files/a' })).toBe('files/a');
    expect(pointer({ outputFileUri: 'files/b' })).toBe('files/b');
    expect(pointer({ video_uri: 'files/c' })).toBe('files/c');
    expect(pointer({})).toBeNull();
  });

  it('gives the error code as text, be it text or a number', () => {
    expect(event('batch.failed', { id: 'b', error_code: 13 })).toMatchObject({
      body: { errorCode: '13' },
    });
    expect(event('batch.failed', { id: 'b', error_code: 'INTERNAL' })).toMatchObject({
      body: { errorCode: 'INTERNAL' },
    });
  });

  it('gives user_metadata from either place, values that are not text as JSON', () => {
    const expected = { body: { userMetadata: { run: 'r1', n: '7', deep: '{"a":1}' } } };
    const user_metadata = { run: 'r1', n: 7, deep: { a: 1 } };
    expect(event('batch.succeeded', { id: 'b' }, { user_metadata })).toMatchObject(expected);
    expect(event('batch.succeeded', { id: 'b', user_metadata })).toMatchObject(expected);
  });

  it('has no time of its own when its timestamp cannot be read', () => {
    expect(event('batch.succeeded', undefined, { timestamp: 'yesterday' })).toMatchObject({
      body: { occurredAt: null },
    });
    expect(event('batch.succeeded')).toMatchObject({
      body: { occurredAt: Date.parse('2026-11-01T10:00:00Z') },
    });
  });
});
