import { renderColumns } from '@gemini-events/cli-kit';
import type { EventFilter } from '@gemini-events/consumer/select';
import type { EventCounts } from '../operations/count-events.ts';
import { type ReplayPlan, totalOf } from '../operations/replay-plan.ts';
import type { Replay } from '../store/postgres-replays.ts';

/** What a replay is about to do, before it does it. */
export function renderPlan(plan: ReplayPlan, members: number | null): string {
  const { consumer, topic, ranges, filter, effects, perSecond } = plan;
  const topics = [...new Set(ranges.map((range) => range.topic))];
  const lines = [
    `reads   ${counted(totalOf(plan), 'offset')} of ${topics.join(', ') || 'no topic'}`,
    `takes   ${renderFilter(filter)}`,
    consumer === null
      ? `writes  ${topic}, a new topic`
      : `writes  ${topic}, which only ${consumer} reads`,
    ...(consumer === null ? [] : [`effects ${EFFECTS[effects]}`]),
    ...(perSecond === null ? [] : [`rate    ${perSecond} records/s`]),
  ];
  if (members === 0) lines.push(`note    ${consumer} does not run: its lane waits, for 7 days`);
  return lines.join('\n');
}

const EFFECTS = {
  skip: 'what is done already is skipped',
  again: 'AGAIN: also what is done already is done once more',
} as const;

function renderFilter({
  types,
  resources,
  sources,
  labels,
  eventIds,
  since,
  until,
}: EventFilter): string {
  const parts = [
    types.join(' or ') || 'all types',
    ...(resources.length === 0 ? [] : [`of ${resources.join(', ')}`]),
    ...(sources.length === 0 ? [] : [`from ${sources.join(', ')}`]),
    ...Object.entries(labels).map(([name, value]) => `labelled ${name}=${value}`),
    ...(eventIds === null ? [] : [`with ${counted(eventIds.length, 'event id')} of a list`]),
    ...(since === null ? [] : [`since ${new Date(since).toISOString()}`]),
    ...(until === null ? [] : [`until ${new Date(until).toISOString()}`]),
  ];
  return parts.join(', ');
}

/** What a dry run found. */
export function renderCounts(
  { total, byType, scanned }: EventCounts,
  { perSecond }: Pick<ReplayPlan, 'perSecond'>,
  seconds: number,
): string {
  const rows = Object.entries(byType)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([type, count]) => [type, String(count)]);
  const pace = Math.round(scanned / Math.max(seconds, 0.001));
  const needed = Math.ceil(Math.max(seconds, perSecond === null ? 0 : total / perSecond));
  return [
    renderColumns([['type', 'events'], ...rows, ['all', String(total)]], new Set([1])),
    `looked at ${counted(scanned, 'offset')} in ${seconds.toFixed(1)} s (${pace}/s); the replay would take about ${needed} s`,
  ].join('\n');
}

const HEAD = ['id', 'kind', 'for', 'state', 'done', 'events', 'by', 'since', 'why'] as const;

export function renderReplays(replays: readonly Replay[]): string {
  if (replays.length === 0) return 'no replays';
  const rows = replays.map((replay) => [
    replay.id,
    replay.kind,
    replay.target,
    replay.state,
    percentOf(replay),
    String(copiedOf(replay)),
    replay.actor,
    new Date(replay.createdAt).toISOString(),
    replay.reason ?? '',
  ]);
  return renderColumns([HEAD, ...rows], new Set([4, 5]));
}

function percentOf({ scanned, total }: Pick<Replay, 'scanned' | 'total'>): string {
  return `${total === 0 ? 100 : Math.floor((scanned / total) * 100)}%`;
}

export function copiedOf({ copied }: Pick<Replay, 'copied'>): number {
  return Object.values(copied).reduce((sum, count) => sum + count, 0);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
