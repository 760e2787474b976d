import type { TopicDeclaration } from '@gemini-events/schemas';

/** A topic as the cluster has it. */
export interface ExistingTopic {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Settings that were set on the topic itself. */
  readonly config: Readonly<Record<string, string>>;
}

/** What has to be done about one topic, by its full name. */
export type TopicAction = { readonly topic: string } & (
  | { readonly action: 'unchanged' }
  | {
      readonly action: 'create';
      readonly partitions: number;
      readonly config: Readonly<Record<string, string>>;
    }
  | {
      readonly action: 'change';
      /** New partition count; null where it stays. */
      readonly partitions: number | null;
      readonly config: Readonly<
        Record<string, { readonly from: string | null; readonly to: string }>
      >;
    }
  /** The partition count differs and must not be changed. */
  | { readonly action: 'refuse'; readonly declared: number; readonly found: number }
);

/**
 * Compares the declared topics with those that exist. Settings that are not declared are left alone.
 * A partition count is never lowered, and never raised where growing re-keys the records.
 */
export function planTopics(
  declared: readonly TopicDeclaration[],
  prefix: string,
  existing: ReadonlyMap<string, ExistingTopic>,
): readonly TopicAction[] {
  return declared.map((declaration): TopicAction => {
    const topic = `${prefix}.${declaration.name}`;
    const { partitions, config } = declaration;
    const found = existing.get(topic);
    if (found === undefined) return { topic, action: 'create', partitions, config };
    const grows = found.partitions < partitions;
    // Elsewhere more partitions than declared are an operator's choice.
    if (declaration.fixedPartitions && found.partitions !== partitions) {
      return { topic, action: 'refuse', declared: partitions, found: found.partitions };
    }
    const changes = Object.entries(config)
      .filter(([name, value]) => found.config[name] !== value)
      .map(([name, to]) => [name, { from: found.config[name] ?? null, to }] as const);
    if (!grows && changes.length === 0) return { topic, action: 'unchanged' };
    return {
      topic,
      action: 'change',
      partitions: grows ? partitions : null,
      config: Object.fromEntries(changes),
    };
  });
}
