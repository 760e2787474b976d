import type { Consumer } from 'kafkajs';

/** Whether a consumer takes part in its group now, and if not, why. */
export interface ConsumerStatus {
  readonly ok: boolean;
  readonly detail: string;
  /** Assigned partitions; null while the group is not joined. */
  readonly partitions: number | null;
}

/** Follows a group membership by the events of whatever kafkajs consumer holds it at the time. */
export function createMembership(options: {
  /** Silence of the brokers after which the membership no longer counts. */
  readonly silenceMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}): {
  readonly watch: (consumer: Consumer) => void;
  readonly status: () => ConsumerStatus;
} {
  const { silenceMs, now } = options;
  let partitions: number | null = null;
  let heardAt = 0;
  const heard = (): void => {
    heardAt = now();
  };
  const lost = (): void => {
    partitions = null;
  };
  return {
    watch(consumer) {
      const { events } = consumer;
      consumer.on(events.GROUP_JOIN, ({ payload }) => {
        partitions = Object.values(payload.memberAssignment).flat().length;
        heard();
      });
      consumer.on(events.FETCH, heard);
      consumer.on(events.HEARTBEAT, heard);
      consumer.on(events.REBALANCING, lost);
      consumer.on(events.CRASH, lost);
      consumer.on(events.DISCONNECT, lost);
    },
    status() {
      if (partitions === null) return { ok: false, detail: 'joining the group', partitions };
      // kafkajs tries for long before it says that the brokers are away.
      const isSilent = now() - heardAt > silenceMs;
      return isSilent
        ? { ok: false, detail: 'the brokers are silent', partitions }
        : { ok: true, detail: `${partitions} partitions`, partitions };
    },
  };
}
