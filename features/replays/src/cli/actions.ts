import { once } from 'node:events';
import { audit } from '@gemini-events/access/audit';
import { EXIT, type ExitCode, type Io, print } from '@gemini-events/cli-kit';
import { type Bridge, withBridge } from '@gemini-events/cli-kit/bridge';
import { BridgeError } from '@gemini-events/events';
import { withAdmin } from '@gemini-events/kafka/admin';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { chooseLetters, groupLetters, type LetterFilter } from '../dead-letters/choose-letters.ts';
import { exportLetters } from '../dead-letters/export-letters.ts';
import type { DecidedLetter } from '../dead-letters/letter.ts';
import { readLetters } from '../dead-letters/read-letters.ts';
import { planRedrive } from '../dead-letters/redrive-letters.ts';
import { newReplay } from '../operations/replay-plan.ts';
import { createPostgresDecisions } from '../store/postgres-decisions.ts';
import { createPostgresReplays } from '../store/postgres-replays.ts';
import { carryOn } from './control-replay.ts';
import { renderGroups, renderLetters } from './render-letters.ts';

/** What a redrive and a discard have in common. */
interface Change {
  readonly consumer: string;
  readonly filter: LetterFilter;
  readonly actor: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export async function listCauses(
  io: Io,
  consumer: string | undefined,
  json: boolean,
): Promise<void> {
  await withBridge(io, async (bridge) => {
    const consumers = consumer === undefined ? await consumersWithLetters(bridge) : [consumer];
    const letters: DecidedLetter[] = [];
    for (const each of consumers) letters.push(...(await lettersOf(bridge, each)));
    const groups = groupLetters(letters);
    print(io, json, { json: groups, text: renderGroups(groups) });
  });
}

export async function showLetters(
  io: Io,
  request: {
    readonly consumer: string;
    readonly filter: LetterFilter;
    readonly limit: number;
    readonly json: boolean;
  },
): Promise<void> {
  const { consumer, filter, limit, json } = request;
  await withBridge(io, async (bridge) => {
    const chosen = chooseLetters(await lettersOf(bridge, consumer), filter);
    const shown = chosen.slice(-limit);
    print(io, json, { json: shown, text: renderLetters(shown) });
    if (shown.length < chosen.length)
      io.talk(`${chosen.length - shown.length} older ones are not shown: --limit`);
  });
}

export async function redrive(
  io: Io,
  request: Change & {
    readonly maxRedrives: number;
    readonly rate: number | null;
    readonly reason: string | null;
  },
): Promise<ExitCode> {
  const { consumer, filter, maxRedrives, rate, actor, reason, dryRun, json } = request;
  return withBridge(io, async (bridge) => {
    const open = chooseLetters(await lettersOf(bridge, consumer), filter);
    const letters = open.filter(({ redrives }) => redrives < maxRedrives);
    const held = open.length - letters.length;
    if (held > 0) io.talk(`${held} came back ${maxRedrives} times or more: --max-redrives`);
    if (dryRun || letters.length === 0) {
      io.out(
        json
          ? JSON.stringify({ dryRun, letters: letters.length, held })
          : `${letters.length} dead letters`,
      );
      return EXIT.done;
    }
    const now = Date.now();
    const plan = await planRedrive(bridge, consumer, letters, rate);
    const replay = newReplay({ kind: 'redrive', plan }, { actor, reason, now });
    const { id } = replay;
    await audit(bridge.config, {
      actor,
      action: 'dlq.redrive',
      subject: consumer,
      reason,
      details: { replay: id, letters: String(letters.length), filter: JSON.stringify(filter) },
      at: now,
    });
    await createPostgresReplays(bridge.pool).add(replay);
    // Before they are sent: should this process end, resuming sends them, and cancelling opens them.
    const how = { decision: 'redriven', replay: id, actor, reason, at: now } as const;
    await createPostgresDecisions(bridge.pool).add(consumer, letters, how);
    io.talk(`redrive ${id} of ${letters.length} dead letters`);
    return carryOn(io, bridge, { ...replay, scanned: 0 }, json);
  });
}

export async function discard(
  io: Io,
  request: Change & { readonly reason: string },
): Promise<void> {
  const { consumer, filter, actor, reason, dryRun, json } = request;
  await withBridge(io, async (bridge) => {
    const letters = chooseLetters(await lettersOf(bridge, consumer), filter);
    if (!dryRun && letters.length > 0) {
      const at = Date.now();
      await audit(bridge.config, {
        actor,
        action: 'dlq.discard',
        subject: consumer,
        reason,
        details: { letters: String(letters.length), filter: JSON.stringify(filter) },
        at,
      });
      const how = { decision: 'discarded', replay: null, actor, reason, at } as const;
      await createPostgresDecisions(bridge.pool).add(consumer, letters, how);
    }
    const done = dryRun ? 'would be discarded' : 'discarded';
    io.out(
      json
        ? JSON.stringify({ dryRun, letters: letters.length })
        : `${letters.length} dead letters ${done}`,
    );
  });
}

export async function printLetters(io: Io, consumer: string, filter: LetterFilter): Promise<void> {
  await withBridge(io, async (bridge) => {
    const chosen = chooseLetters(await lettersOf(bridge, consumer), filter);
    const count = await exportLetters(bridge, chosen, async (line) => {
      if (io.stdout === undefined) io.out(line);
      else if (!io.stdout.write(`${line}\n`)) await once(io.stdout, 'drain');
    });
    io.talk(`${count} dead letters`);
  });
}

/** @throws BridgeError ERR_CONSUMER_UNKNOWN */
async function lettersOf({ cluster, prefix, pool }: Bridge, consumer: string) {
  if ((await cluster.partitionCount(`${prefix}.dlq.${consumer}`).catch(() => 0)) === 0) {
    const message = `there is no consumer ${consumer}: it has no dead-letter topic`;
    throw new BridgeError('ERR_CONSUMER_UNKNOWN', message);
  }
  return readLetters(cluster, createPostgresDecisions(pool), { prefix, consumer });
}

async function consumersWithLetters({ config, prefix }: Bridge): Promise<readonly string[]> {
  const kafka = createKafkaJs(connectionFrom(config, `${prefix}.cli`));
  const start = `${prefix}.dlq.`;
  const topics = await withAdmin(kafka, (admin) => admin.listTopics());
  return topics
    .filter((topic) => topic.startsWith(start))
    .map((topic) => topic.slice(start.length));
}
