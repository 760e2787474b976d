import { describe, expect, it } from 'vitest';
import { testJob } from '../testing/fixtures.ts';
import { eventBody, malformedEvent, unknownEvent } from './event-body.ts';
import { eventType } from './event-type.ts';

const options = { pointerOrigin: 'http://127.0.0.1:1', userMetadataPlace: 'data' } as const;
const parse = (body: Buffer): unknown => JSON.parse(body.toString());

describe('the body of an event', () => {
  it('bears the time of the job’s end', () => {
    expect(parse(eventBody('batch.succeeded', testJob(), options))).toEqual({
      type: 'batch.succeeded',
      version: 'v1',
      timestamp: '2026-11-01T10:20:00.000Z',
      data: { id: 'batches/b1', output_file_uri: 'files/batch-b1' },
    });
  });

  it('has no pointer where the batch was inline', () => {
    const request = {
      kind: 'batch',
      displayName: '',
      inputFile: null,
      rows: [{ key: 'k1', answer: null }],
    } as const;
    expect(parse(eventBody('batch.succeeded', testJob({ request }), options))).toMatchObject({
      data: { id: 'batches/b1' },
    });
    expect(eventBody('batch.succeeded', testJob({ request }), options).toString()).not.toContain(
      'output_file_uri',
    );
  });

  it('tells why a job failed, and nothing more of one that expired', () => {
    const data = (state: 'failed' | 'expired'): unknown =>
      parse(eventBody(`batch.${state}`, testJob({ state }), options));
    expect(data('failed')).toMatchObject({
      data: {
        id: 'batches/b1',
        error_code: 'INVALID_ARGUMENT',
        error_message: expect.any(String) as string,
      },
    });
    expect(data('expired')).toHaveProperty('data', { id: 'batches/b1' });
  });
});

describe('malformed events', () => {
  it('are cut off in the middle, or have no id', () => {
    expect(() => parse(malformedEvent('not_json', testJob()).body)).toThrow(SyntaxError);
    expect(parse(malformedEvent('no_id', testJob()).body)).toEqual({
      type: 'batch.succeeded',
      data: {},
    });
  });
});

describe('events of unknown types', () => {
  it('are a ping without data, or one of another collection', () => {
    expect(parse(unknownEvent('ping', 'batches/b1', 0).body)).toEqual({
      type: 'ping',
      version: 'v1',
      timestamp: '1970-01-01T00:00:00.000Z',
    });
    expect(parse(unknownEvent('tuning.succeeded', 'batches/b1', 0).body)).toMatchObject({
      type: 'tuning.succeeded',
      data: { id: 'tunedModels/b1' },
    });
  });
});

describe('the type of an event', () => {
  it.each([
    ['batch', 'succeeded', 'batch.succeeded'],
    ['batch', 'failed', 'batch.failed'],
    ['batch', 'expired', 'batch.expired'],
    ['batch', 'cancelled', 'batch.cancelled'],
    ['batch', 'running', null],
    ['interaction', 'succeeded', 'interaction.completed'],
    ['interaction', 'requires_action', 'interaction.requires_action'],
    ['interaction', 'failed', 'interaction.failed'],
    ['interaction', 'cancelled', 'interaction.cancelled'],
    ['interaction', 'running', null],
    ['video', 'succeeded', 'video.generated'],
    ['video', 'filtered', null],
    ['video', 'running', null],
  ] as const)('of a %s that is %s is %s', (kind, state, type) => {
    expect(eventType(kind, state)).toBe(type);
  });
});
