import { type Finding, ok, warn } from '@gemini-events/cli-kit/finding';
import { groupsWithLag } from '@gemini-events/kafka/admin';
import type { PostgresPool } from '@gemini-events/postgres';
import { findConsumers } from './operations/find-consumers.ts';
import { createPostgresPauses } from './store/pauses/postgres-pauses.ts';

/** Whether each consumer of the checkout runs, and which are paused. */
export async function checkConsumers({
  kafka,
  prefix,
  pool,
}: {
  readonly kafka: Parameters<typeof groupsWithLag>[0];
  readonly prefix: string;
  readonly pool: PostgresPool;
}): Promise<readonly Finding[]> {
  const groups = await groupsWithLag(kafka, `${prefix}.`);
  const findings: Finding[] = [];
  for (const consumer of ['dedup', ...findConsumers().filter((name) => name !== 'sync')]) {
    const group = groups.find(({ groupId }) => groupId === `${prefix}.${consumer}`);
    const check = `consumer ${consumer}`;
    if (group === undefined || group.members === 0) {
      findings.push(
        warn(
          check,
          'no instance runs',
          `Start it: services/${consumer === 'dedup' ? '' : 'consumers/'}${consumer}/src/main.ts.`,
        ),
      );
    } else findings.push(ok(check, `${group.members} members, ${group.lag} behind`));
  }
  const pauses = await createPostgresPauses(pool)
    .list()
    .catch(() => []);
  for (const { consumer, actor, reason } of pauses) {
    const detail = `paused by ${actor}${reason === null ? '' : `: ${reason}`}`;
    findings.push(
      warn(`consumer ${consumer}`, detail, `gemini-events consumers resume ${consumer}`),
    );
  }
  return findings;
}
