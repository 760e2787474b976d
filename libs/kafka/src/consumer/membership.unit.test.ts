import { EventEmitter } from 'node:events';
import type { Consumer } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { createMembership } from './membership.ts';

/** The part of a kafkajs consumer that is listened to. */
function fakeConsumer() {
  const emitter = new EventEmitter();
  const events = {
    GROUP_JOIN: 'group_join',
    FETCH: 'fetch',
    HEARTBEAT: 'heartbeat',
    REBALANCING: 'rebalancing',
    CRASH: 'crash',
    DISCONNECT: 'disconnect',
  };
  const on = (name: string, listener: (event: object) => void) => emitter.on(name, listener);
  const consumer = { events, on } as unknown as Consumer;
  const join = (memberAssignment: object) =>
    emitter.emit('group_join', { payload: { memberAssignment } });
  return { consumer, join, emit: (name: string) => emitter.emit(name, {}) };
}

describe('a group membership', () => {
  it('counts from the join on, also with nothing assigned', () => {
    const membership = createMembership({ silenceMs: 10, now: () => 0 });
    const { consumer, join } = fakeConsumer();
    membership.watch(consumer);
    expect(membership.status()).toMatchObject({ ok: false, partitions: null });
    join({ a: [0, 1], b: [2] });
    expect(membership.status()).toMatchObject({ ok: true, partitions: 3 });
    join({});
    expect(membership.status()).toMatchObject({ ok: true, partitions: 0 });
  });

  it('ends with a rebalance, a crash and a disconnect', () => {
    const membership = createMembership({ silenceMs: 10, now: () => 0 });
    const { consumer, join, emit } = fakeConsumer();
    membership.watch(consumer);
    for (const event of ['rebalancing', 'crash', 'disconnect']) {
      join({ a: [0] });
      emit(event);
      expect(membership.status()).toMatchObject({ ok: false, partitions: null });
    }
  });

  it('does not count while the brokers are silent, and counts again when they speak', () => {
    let time = 0;
    const membership = createMembership({ silenceMs: 10, now: () => time });
    const { consumer, join, emit } = fakeConsumer();
    membership.watch(consumer);
    join({ a: [0] });
    time = 11;
    expect(membership.status()).toMatchObject({ ok: false });
    emit('heartbeat');
    expect(membership.status()).toMatchObject({ ok: true });
  });
});
