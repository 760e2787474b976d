import { partOf } from './feature-rules.ts';

/** Each table of the schema `gemini_events` has one owner, and only the owner's store/ names it in SQL. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  'libs/postgres': ['schema_migrations'],
  'features/access': ['notify_tokens'],
  'features/approvals': ['approvals', 'approval_log', 'asked_approvals'],
  'features/consumers': ['inbox', 'parking', 'pauses'],
  'features/job-status': [
    'deliveries',
    'events',
    'jobs',
    'lane_steps',
    'lanes',
    'audit',
    'sync_offsets',
    'sync_leader',
  ],
  'features/launches': ['launches', 'launched_jobs'],
  'features/notifications': [
    'notify_endpoints',
    'notify_secrets',
    'notify_messages',
    'notify_deliveries',
    'notify_attempts',
    'notify_lanes',
    'notify_pairs',
    'notify_threads',
    'notify_rules',
  ],
  'features/replays': ['replays', 'dead_letters', 'dead_letter_decisions'],
  'features/results': ['results'],
  'features/workflows': ['runs', 'run_steps', 'run_waits'],
};

/** The tables that an SQL text in a source names; `${…}` for one whose name is put in. */
export function tablesIn(text: string): readonly string[] {
  const named = [...text.matchAll(/\bgemini_events\.(\w+|\$\{)/g)].map(([, name = '']) => name);
  return [...new Set(named.map((name) => (name === '${' ? '${…}' : name)))];
}

/** Why a source may not name a table, one line for each. Tests look wherever they have to. */
export function tableBreaches(path: string, text: string): string[] {
  if (/\.test\.ts$|\.contract\.ts$|\/testing\/|^libs\/postgres\/src\/migrations\//.test(path))
    return [];
  return tablesIn(text).flatMap((table) => {
    const why = breach(path, table);
    return why === null ? [] : [`${path}: names gemini_events.${table}: ${why}`];
  });
}

function breach(path: string, table: string): string | null {
  const from = partOf(path);
  const isStore = from?.part === 'store';
  // The read model writes the tables that features have declared for it.
  if (table === '${…}') {
    return isStore && from.feature === 'job-status' ? null : 'a table is named in full';
  }
  const owner = Object.keys(OWNERS).find((each) => OWNERS[each]?.includes(table));
  if (owner === undefined) return 'the table has no owner in tools/table-owners.ts';
  if (isStore && owner === `features/${from.feature}`) return null;
  return from === null && path.startsWith(`${owner}/`) ? null : `only the store/ of ${owner} may`;
}
