import { renderColumns, sizeText } from '@gemini-events/cli-kit';
import type { OutputStanding } from '../operations/standings.ts';

const HEAD = ['state', 'resource', 'bytes', 'rows', 'failed', 'since', 'why'] as const;
const NUMBERS = new Set<number>([2, 3, 4]);

export function renderResults(standings: readonly OutputStanding[]): string {
  if (standings.length === 0) return 'no results';
  return renderColumns([HEAD, ...standings.map(rowOf)], NUMBERS);
}

function rowOf({
  state,
  resource,
  bytes,
  rows,
  at,
  errorCode,
  reason,
  dueAt,
}: OutputStanding): readonly string[] {
  const again = dueAt === null ? '' : `, again ${new Date(dueAt).toISOString()}`;
  const why = [errorCode, reason].filter((part) => part !== null).join(': ');
  return [
    state,
    resource,
    bytes === null ? '' : bytesOf(bytes),
    rows === null ? '' : String(rows.all),
    rows === null ? '' : String(rows.failed),
    new Date(at).toISOString(),
    why + again,
  ];
}

/** `12.3 MiB`, and `12.3 MiB/40%` of one that is under way. */
function bytesOf({ done, total }: NonNullable<OutputStanding['bytes']>): string {
  return total === null || total === 0 || done === total
    ? sizeText(done)
    : `${sizeText(done)}/${Math.floor((done / total) * 100)}%`;
}
