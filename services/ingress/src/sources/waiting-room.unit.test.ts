import { describe, expect, it } from 'vitest';
import { createWaitingRoom } from './waiting-room.ts';

describe('the room of those that wait', () => {
  it('holds so many bytes and begins nothing beyond, until one has left', async () => {
    const room = createWaitingRoom(100);
    let begun = 0;
    const first = Promise.withResolvers<string>();
    const hold = (bytes: number, ends: Promise<string>) =>
      room.hold(bytes, () => {
        begun += 1;
        return ends;
      });
    const held = hold(60, first.promise);
    expect(hold(41, Promise.resolve('too much'))).toBeNull();
    expect(await hold(40, Promise.resolve('fits'))).toBe('fits');
    expect(begun).toBe(2);
    first.resolve('done');
    expect(await held).toBe('done');
    expect(await hold(100, Promise.resolve('all of it'))).toBe('all of it');
  });

  it('is left by work that fails, too', async () => {
    const room = createWaitingRoom(1);
    await expect(room.hold(1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await room.hold(1, () => Promise.resolve(7))).toBe(7);
  });
});
