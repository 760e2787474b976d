import { BridgeError } from '@gemini-events/events';
import { DatabaseError } from 'pg';
import { expect, it } from 'vitest';
import { toBridgeError } from './postgres-errors.ts';

function refusal(sqlState: string): DatabaseError {
  return Object.assign(new DatabaseError('no', 0, 'error'), { code: sqlState });
}

it.each(['08006', '28P01', '3D000', '40P01', '53300', '57014', '57P01', '25006', '25P03', '55P03'])(
  'SQLSTATE %s passes by itself',
  (sqlState) => {
    const cause = refusal(sqlState);
    const error = toBridgeError(cause);
    expect(error).toMatchObject({ code: 'ERR_POSTGRES_UNAVAILABLE', data: { sqlState } });
    expect(error.cause).toBe(cause);
  },
);

it.each(['23505', '25P02', '42501', '42P01', '42601', 'XX000'])(
  'SQLSTATE %s does not',
  (sqlState) => {
    expect(toBridgeError(refusal(sqlState))).toMatchObject({
      code: 'ERR_POSTGRES_REFUSED',
      data: { sqlState },
    });
  },
);

it('whatever did not come from the server is an outage, and has a reason', () => {
  const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  expect(toBridgeError(refused)).toMatchObject({
    code: 'ERR_POSTGRES_UNAVAILABLE',
    message: 'no answer of Postgres: ECONNREFUSED',
    cause: refused,
  });
});

it('an error of ours stays as it is', () => {
  const error = new BridgeError('ERR_CONSUMER_FENCED', 'lost');
  expect(toBridgeError(error)).toBe(error);
});
