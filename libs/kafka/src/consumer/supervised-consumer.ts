import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';

const RESTART_WAIT_MS = 500;

/**
 * Keeps a kafkajs consumer running through outages of any length. kafkajs gives up on errors that it
 * calls not retriable, an unreachable broker at the wrong moment among them; a new consumer is made
 * then. Resolves when `signal` is aborted and the last consumer has left its group.
 */
export async function superviseConsumer(
  create: () => Consumer,
  run: (consumer: Consumer) => Promise<void>,
  options: {
    readonly signal: AbortSignal;
    readonly onFailure: (error: unknown) => void;
  },
): Promise<void> {
  const { signal, onFailure } = options;
  while (!signal.aborted) {
    const consumer = create();
    const crashed = new Promise<void>((resolve) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        onFailure(payload.error);
        if (!payload.restart) resolve();
      });
    });
    const ended = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await consumer.connect();
      await run(consumer);
      await Promise.race([crashed, ended]);
    } catch (error) {
      onFailure(error);
    }
    await consumer.disconnect().catch(onFailure);
    if (!signal.aborted) await delay(RESTART_WAIT_MS, undefined, { signal }).catch(() => undefined);
  }
}
