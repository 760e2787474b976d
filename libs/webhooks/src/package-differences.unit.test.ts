import { createHmac, createSecretKey } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { checkHeaders } from './check-headers.ts';
import { createV1Verifier } from './verify-v1.ts';

/**
 * Where our verdict is knowingly not that of the `standardwebhooks` package (1.1): all that its users
 * may rely on is the same, see `verify-v1.property.test.ts`. Listed for readers in docs/guides/sources.md.
 */
const SECRET = Buffer.alloc(32, 7);
const NOW = 1_777_896_000;
const BODY = Buffer.from('{"type":"batch.succeeded"}');
const NOT_UTF8 = Buffer.from([0x22, 0xff, 0x22]);

const sign = (id: string, timestamp: string, body: Buffer | string = BODY): string =>
  `v1,${createHmac('sha256', SECRET).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
const signature = sign('msg_1', `${NOW}`);

interface Case {
  readonly name: string;
  readonly webhookId?: string;
  readonly timestamp?: string;
  readonly rawBody?: Buffer;
  readonly signature?: string;
  readonly ours: boolean;
  readonly theirs: boolean;
}

const CASES: readonly Case[] = [
  {
    name: 'an id with a dot: the signed text could be split in two ways',
    webhookId: 'msg.1',
    signature: sign('msg.1', `${NOW}`),
    ours: false,
    theirs: true,
  },
  {
    name: 'an id with a space, or over 256 bytes: it becomes a header of a record',
    webhookId: 'msg 1',
    signature: sign('msg 1', `${NOW}`),
    ours: false,
    theirs: true,
  },
  {
    name: 'a timestamp with something behind its digits: it is signed as it is sent, not as a number',
    timestamp: `${NOW}abc`,
    ours: false,
    theirs: true,
  },
  {
    name: 'a timestamp with leading zeros that was signed as it is sent',
    timestamp: `0${NOW}`,
    signature: sign('msg_1', `0${NOW}`),
    ours: true,
    theirs: false,
  },
  {
    name: 'a body that is not UTF-8: the raw bytes count, not their repair',
    rawBody: NOT_UTF8,
    signature: sign('msg_1', `${NOW}`, NOT_UTF8),
    ours: true,
    theirs: false,
  },
  {
    name: 'other bytes than the signed ones that are repaired to the same text',
    rawBody: NOT_UTF8,
    signature: sign('msg_1', `${NOW}`, NOT_UTF8.toString()),
    ours: false,
    theirs: true,
  },
  {
    name: 'a genuine body that is not JSON: it is accepted and quarantined, Gemini need not retry it',
    rawBody: Buffer.from('hello'),
    signature: sign('msg_1', `${NOW}`, 'hello'),
    ours: true,
    theirs: false,
  },
  {
    name: 'a signature with a third field behind a comma',
    signature: `${signature},more`,
    ours: false,
    theirs: true,
  },
  {
    name: 'a right signature behind sixteen others: the work per request is bounded',
    signature: [...Array<string>(16).fill('v1,AAAA'), signature].join(' '),
    ours: false,
    theirs: true,
  },
];

beforeAll(() => vi.useFakeTimers({ now: NOW * 1_000 }));
afterAll(() => vi.useRealTimers());

it.each(CASES)('$name', ({ ours, theirs, ...changed }) => {
  const given = {
    webhookId: 'msg_1',
    timestamp: `${NOW}`,
    rawBody: BODY,
    signature,
    ...changed,
  };
  const verify = createV1Verifier([createSecretKey(SECRET)]);
  const isOurs = checkHeaders(given, NOW) === null && verify(given, given.signature);
  expect({ ours: isOurs, theirs: isTheirs(given) }).toEqual({ ours, theirs });
});

function isTheirs(given: {
  readonly webhookId: string;
  readonly timestamp: string;
  readonly rawBody: Buffer;
  readonly signature: string;
}): boolean {
  try {
    new Webhook(SECRET.toString('base64')).verify(given.rawBody, {
      'webhook-id': given.webhookId,
      'webhook-timestamp': given.timestamp,
      'webhook-signature': given.signature,
    });
    return true;
  } catch {
    return false;
  }
}
