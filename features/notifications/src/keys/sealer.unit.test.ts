import { randomBytes } from 'node:crypto';
import { isBridgeError } from '@gemini-events/events';
import { describe, expect, it } from 'vitest';
import { createSealer } from './sealer.ts';

const [old, young] = [randomBytes(32), randomBytes(32)];

const isRefused = (open: () => string): boolean => {
  try {
    open();
    return false;
  } catch (error) {
    return isBridgeError(error, 'ERR_NOTIFIER_KEY');
  }
};

describe('a sealed secret', () => {
  it('opens with the key that sealed it, also once that is not the newest', () => {
    const sealed = createSealer([old]).seal('whsec_ä', 'ep_1');
    expect(createSealer([young, old]).open(sealed, 'ep_1')).toBe('whsec_ä');
  });

  it('opens with no other key, for no other owner, and not when it was changed', () => {
    const sealer = createSealer([old]);
    const sealed = sealer.seal('whsec_x', 'ep_1');
    expect(isRefused(() => createSealer([young]).open(sealed, 'ep_1'))).toBe(true);
    expect(isRefused(() => sealer.open(sealed, 'ep_2'))).toBe(true);
    expect(isRefused(() => sealer.open(Buffer.alloc(3), 'ep_1'))).toBe(true);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(isRefused(() => sealer.open(changed, 'ep_1'))).toBe(true);
    }
  });

  it('looks different each time', () => {
    const sealer = createSealer([old]);
    expect(sealer.seal('same', 'a').equals(sealer.seal('same', 'a'))).toBe(false);
    expect(sealer.seal('plain-text', 'a').includes('plain-text')).toBe(false);
  });
});
