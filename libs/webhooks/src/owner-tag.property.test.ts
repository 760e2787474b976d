import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasOwnerTag, makeOwnerTag, OWNER_TAG_FIELD } from './owner-tag.ts';

const OWNER_KEY = 'a key of at least thirty-two letters';
const jobKey = fc.stringMatching(/^[\w-]{16,64}$/);

it('a tag proves its own key only, and any change of a letter breaks it', () => {
  fc.assert(
    fc.property(jobKey, fc.nat(), (job, at) => {
      const tag = makeOwnerTag(OWNER_KEY, job);
      expect(hasOwnerTag(OWNER_KEY, { [OWNER_TAG_FIELD]: tag })).toBe(true);
      expect(hasOwnerTag(`${OWNER_KEY}!`, { [OWNER_TAG_FIELD]: tag })).toBe(false);
      // The last letter of 32 bytes in base64url holds two bits that mean nothing.
      const index = at % (tag.length - 1);
      const other = tag[index] === 'x' ? 'y' : 'x';
      const changed = `${tag.slice(0, index)}${other}${tag.slice(index + 1)}`;
      expect(hasOwnerTag(OWNER_KEY, { [OWNER_TAG_FIELD]: changed })).toBe(false);
    }),
  );
});

it('whatever else stands in the metadata proves nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (metadata) => {
      expect(hasOwnerTag(OWNER_KEY, metadata)).toBe(false);
    }),
  );
});
