import type { SourceKind } from '@gemini-events/read-model';
import { topicNames } from '@gemini-events/schemas';

/** What is in a topic; null for one that is not part of the read model. */
export function kindOf(prefix: string, topic: string): SourceKind | null {
  const names = topicNames(prefix);
  if (topic === names.deliveries) return 'deliveries';
  if (topic === names.processing) return 'processing';
  if (topic === names.results) return 'results';
  if (topic === names.audit) return 'audit';
  if (topic === names.jobs) return 'jobs';
  if (topic === names.approvals) return 'approvals';
  if (topic.startsWith(`${prefix}.events.`)) return 'events';
  const letters = names.dlq('');
  return topic.startsWith(letters) ? { lettersOf: topic.slice(letters.length) } : null;
}

/** Whether the rows of a topic need its values. */
export function needsValue(kind: SourceKind): boolean {
  return kind !== 'deliveries' && typeof kind === 'string';
}
