import { MultipleErrors, NetworkError, ProtocolError, UserError } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { classify } from './platformatic-sender.ts';

const nested = (error: Error): Error =>
  new MultipleErrors('Producing messages failed.', [new MultipleErrors('produce failed', [error])]);

describe('what an error of the client means', () => {
  it.each([
    ['a closed connection', new NetworkError('Connection closed'), 'lost'],
    ['a moved leader', new ProtocolError('NOT_LEADER_OR_FOLLOWER'), 'again'],
    ['too few replicas', new ProtocolError('NOT_ENOUGH_REPLICAS'), 'again'],
    [
      'a partition without a leader',
      new NetworkError('no broker', { hasStaleMetadata: true }),
      'again',
    ],
    ['a record that is too large', new ProtocolError('MESSAGE_TOO_LARGE'), 'refused'],
    ['a missing right', new ProtocolError('TOPIC_AUTHORIZATION_FAILED'), 'refused'],
    ['something unheard of', new TypeError('x is not a function'), 'lost'],
  ])('%s, however deep it is nested', (_what, error, kind) => {
    expect(classify(nested(error)).kind).toBe(kind);
    expect(classify(error).kind).toBe(kind);
  });

  it('a topic that is missing is named by its own code', () => {
    expect(classify(new UserError('Unknown topic a.b.'))).toMatchObject({
      kind: 'refused',
      cause: { code: 'ERR_KAFKA_TOPIC_MISSING', message: 'Unknown topic a.b.' },
    });
  });

  it('tells what happened at the bottom', () => {
    const refused = new NetworkError('Connection to x failed.', {
      cause: new Error('ECONNREFUSED'),
    });
    expect(classify(nested(refused))).toMatchObject({ cause: { message: 'ECONNREFUSED' } });
  });
});
