import { OWNER_TAG_FIELD } from '@gemini-events/webhooks';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hostileEvent, NAMES } from '../testing/hostile.ts';
import { makeEvent } from '../testing/make-event.ts';
import { webhookBody, webhookPayloadSchema } from './webhook-body.ts';

const SECRET = 'never-to-be-seen';
const LINK = { url: 'https://hooks.example.com/v1/results/x', expiresAt: 1_800_000_000_000 };

it('a body is small, fits its schema, and holds nothing internal', () => {
  const names = fc.subarray([...NAMES, OWNER_TAG_FIELD], { maxLength: 5 });
  fc.assert(
    fc.property(hostileEvent, names, fc.boolean(), (event, exposeMetadata, hasLink) => {
      const internal = {
        ...event,
        source: SECRET,
        labels: { team: SECRET },
        user_metadata: { ...event.user_metadata, [OWNER_TAG_FIELD]: SECRET, hidden: SECRET },
      };
      const body = webhookBody(internal, { exposeMetadata, link: hasLink ? LINK : null });
      expect(Buffer.byteLength(body)).toBeLessThan(20_000);
      const payload = webhookPayloadSchema.parse(JSON.parse(body));
      const shown = exposeMetadata.filter((name) => name !== OWNER_TAG_FIELD);
      expect(Object.keys(payload.data.metadata).toSorted()).toEqual(shown.toSorted());
      expect(body).not.toContain(SECRET);
      expect(payload.data.result === null).toBe(!hasLink);
    }),
  );
});

it.each(['\u0000', '"', '漢', '\ud800'])('a body is small if all that it holds is %j', (sign) => {
  const text = sign.repeat(6_000);
  const event = makeEvent({
    user_metadata: Object.fromEntries(NAMES.map((name) => [name, text])),
    error_code: text,
    error_message: text,
  });
  const body = webhookBody(event, { exposeMetadata: NAMES, link: LINK });
  expect(Buffer.byteLength(body)).toBeLessThan(20_000);
});
