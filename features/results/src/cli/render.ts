import { renderColumns } from '@gemini-events/cli-kit';
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

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function sizeText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = bytes / 1024 ** step;
  return `${step === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`;
}
