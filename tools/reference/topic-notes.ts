/** What the declared list does not say of a topic. */
interface TopicNote {
  readonly key: string;
  /** The value of a topic that holds several record types, or none of ours. */
  readonly value?: string;
}

const RESOURCE = 'resource id';

/** By topic name without the prefix; a declared topic without a note fails the generator. */
export const TOPIC_NOTES: Readonly<Record<string, TopicNote>> = {
  deliveries: {
    key: 'resource id, else webhook-id',
    value: 'the record that is to be published',
  },
  'dedup.changelog': { key: 'partition number', value: 'binary, private to dedup' },
  'events.batch': { key: RESOURCE },
  'events.interaction': { key: RESOURCE },
  'events.video': { key: RESOURCE },
  'events.unknown': { key: 'resource id, else webhook-id' },
  quarantine: {
    key: 'as delivered',
    value: '`QuarantinedDelivery`, or the record that dedup found',
  },
  jobs: { key: RESOURCE },
  results: { key: RESOURCE },
  processing: { key: RESOURCE },
  approvals: { key: 'id of the approval' },
  audit: { key: 'actor' },
  'dlq.results': { key: RESOURCE, value: 'the event, bytes unchanged' },
  'dlq.agent': { key: RESOURCE, value: 'the event, bytes unchanged' },
  'replay.agent': { key: RESOURCE, value: 'the event, bytes unchanged' },
  'dlq.notifier': { key: RESOURCE, value: 'the event, bytes unchanged' },
  'replay.notifier': { key: RESOURCE, value: 'the event, bytes unchanged' },
  'replay.results': { key: RESOURCE, value: 'the event, bytes unchanged' },
};
