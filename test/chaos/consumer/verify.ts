import type { Asked, Bed } from '../../consumer/bed.ts';
import { readTopic } from '../../consumer/read-topic.ts';

const TWICE = 'select event_id from effects group by event_id having count(*) > 1';
const OUT_OF_ORDER = `
  select resource, ordinal from (
    select resource, ordinal, lag(ordinal) over (partition by resource order by seq) as before
    from effects
  ) as each where before >= ordinal`;
/** A handler that was started when the effect of its event was committed already. */
const STARTED_AGAIN = `
  select starts.event_id from starts
  join effects on effects.event_id = starts.event_id and effects.at < starts.at`;

/** What was promised and not kept. */
export async function findFaults(
  bed: Bed,
  asked: readonly Asked[],
  say: (line: string) => void,
): Promise<readonly string[]> {
  const list = async (text: string): Promise<readonly string[]> =>
    (await bed.db.query<Record<string, unknown>>(text)).rows.map((row) => JSON.stringify(row));
  const { rows } = await bed.db.query<{ event_id: string }>('select event_id from effects');
  const there = new Set(rows.map(({ event_id }) => event_id));
  const missing = asked.filter(({ id }) => !there.has(id)).map(({ id }) => id);
  const dead = await readTopic(bed, bed.topics.dlq('fixture'));
  const { rows: counted } = await bed.db.query('select count(*)::int as starts from starts');
  say(`  ${asked.length} events, ${there.size} effects, ${JSON.stringify(counted[0])}`);
  const found = {
    'effects are missing': missing,
    'effects happened twice': await list(TWICE),
    'effects are out of order': await list(OUT_OF_ORDER),
    'handlers were started for what was finished': await list(STARTED_AGAIN),
    'events are dead letters': dead.map(({ headers }) => String(headers['ce_id'])),
  };
  for (const [what, which] of Object.entries(found)) say(`  ${which.length} ${what}`);
  return Object.entries(found)
    .filter(([, which]) => which.length > 0)
    .map(([what, which]) => `${which.length} ${what}: ${which.slice(0, 5).join(', ')}`);
}
