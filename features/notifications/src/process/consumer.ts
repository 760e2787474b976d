import {
  type Consumer,
  defineConsumer,
  done,
  type Subscription,
  skip,
} from '@gemini-events/consumer';
import type { Rule } from '../rules/rule.ts';
import type { NewMessage } from '../store/outbox.ts';
import type { NotifierEvents } from './notifier-events.ts';
import { type PlanParts, planMessages } from './plan-messages.ts';

export interface NotifierParts extends PlanParts {
  readonly rules: () => readonly Rule[];
  /** What a job was launched with: events of a static webhook bring nothing of it along. */
  readonly jobLabels: (resourceId: string) => Promise<Readonly<Record<string, string>>>;
  /** Queues messages, each once for its id. */
  readonly add: (message: readonly NewMessage[]) => Promise<void>;
  readonly events: Pick<NotifierEvents, 'queued'>;
}

type Wanted = Extract<Subscription, 'batch' | 'interaction' | 'video' | 'unknown'>;

/**
 * Finds out whom to tell of an event and queues it. An event that comes again queues nothing anew, as
 * its messages have the same ids; so at least once is enough here, and sending is what the deliverer does.
 */
export function createNotifierConsumer(parts: NotifierParts): Consumer<Wanted> {
  return defineConsumer({
    name: 'notifier',
    subscribe: ['batch', 'interaction', 'video', 'unknown'],
    concurrency: 256,
    async handle(event) {
      const { resource_id: job, labels } = event;
      const ofJob = job === null ? {} : await parts.jobLabels(job);
      const labelled = { ...event, labels: { ...labels, ...ofJob } };
      const messages = await planMessages(parts, parts.rules(), labelled);
      if (messages.length === 0) return skip('no rule takes it');
      await parts.add(messages);
      parts.events.queued(messages);
      return done();
    },
  });
}
