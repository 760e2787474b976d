import type { ProcessingStatus, Result } from '@gemini-events/schemas';
import { describe, expect, it } from 'vitest';
import { joinStandings, type Told } from '../operations/standings.ts';
import { createProgress } from './progress.ts';
import { renderResults } from './render.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const event = (id: string, type = 'batch.succeeded'): Told => ({
  event_id: id,
  type,
  source: 'default',
  resource_id: `batches/${id}`,
  received_at: NOW,
});
const status = (
  id: string,
  state: string,
  more: Partial<ProcessingStatus> = {},
): ProcessingStatus => ({
  ...event(id),
  consumer: 'results',
  state,
  attempt: 1,
  reason: null,
  error_code: null,
  due_at: null,
  progress_done: null,
  progress_total: null,
  progress_unit: null,
  at: NOW + 1_000,
  instance: 'i1',
  topic: 't',
  partition: 0,
  offset: 0,
  ...more,
});
const result = (id: string, more: Partial<Result> = {}): Result => ({
  ...event(id),
  object_uri: 'file:///x',
  content_type: 'application/jsonl',
  size_bytes: 2_048,
  sha256: 'ab',
  stored_at: NOW + 2_000,
  status: 'stored',
  part_count: 1,
  manifest_uri: null,
  row_count: 2,
  failed_row_count: 0,
  usage: {},
  model: null,
  error_code: null,
  error_message: null,
  ...more,
});
const states = (...args: Parameters<typeof joinStandings>) =>
  Object.fromEntries(joinStandings(...args).map((each) => [each.eventId, each.state]));

describe('how far outputs are', () => {
  it('tells apart what was said, what is under way, and how it ended', () => {
    const events = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => event(id));
    const statuses = [
      status('b', 'started'),
      status('c', 'started', { progress_done: 512, progress_total: 1_024, progress_unit: 'bytes' }),
      status('d', 'waiting', { error_code: 'ERR_GEMINI_QUOTA', due_at: NOW + 60_000 }),
      status('e', 'started'),
      status('e', 'done'),
      status('f', 'dead_lettered', { error_code: 'ERR_RESULT_EXPIRED', reason: 'too late' }),
      status('g', 'done'),
    ];
    const gone = { part_count: 0, object_uri: '', row_count: null, failed_row_count: null };
    const results = [
      result('e', { status: 'partial', failed_row_count: 1 }),
      result('g', { status: 'failed', error_code: '3', ...gone }),
    ];
    const standings = joinStandings(events, statuses, results);
    expect(renderResults(standings).split('\n')).toEqual([
      'state          resource       bytes  rows  failed  since                     why',
      'received       batches/a                           2026-11-25T12:00:00.000Z',
      'fetching       batches/b                           2026-11-25T12:00:01.000Z',
      'fetching       batches/c  512 B/50%                2026-11-25T12:00:01.000Z',
      'waiting        batches/d                           2026-11-25T12:00:01.000Z  ERR_GEMINI_QUOTA, again 2026-11-25T12:01:00.000Z',
      'partial        batches/e    2.0 KiB     2       1  2026-11-25T12:00:01.000Z',
      'dead_lettered  batches/f                           2026-11-25T12:00:01.000Z  ERR_RESULT_EXPIRED: too late',
      'failed         batches/g                           2026-11-25T12:00:01.000Z  3',
    ]);
  });

  it('leaves out what has no output to come, and keeps what is older than the list', () => {
    const asked = [event('a', 'interaction.requires_action')];
    expect(states(asked, [status('z', 'done')], [])).toEqual({ z: 'stored' });
    expect(renderResults([])).toBe('no results');
  });
});

describe('the progress of a download', () => {
  const run = (isTTY: boolean): string => {
    let text = '';
    let now = 0;
    const write = (part: string | Uint8Array): boolean => {
      text += String(part);
      return true;
    };
    const progress = createProgress({ isTTY, write }, { total: 1_000, now: () => now });
    for (const at of [1_000, 6_000]) {
      now = at;
      progress.add(250);
    }
    progress.end();
    return text;
  };

  it('is a bar on a terminal, that goes away', () => {
    expect(run(true)).toContain('#####...............  25%');
    expect(run(true).endsWith('\r\u001b[2K')).toBe(true);
  });

  it('is a line now and then elsewhere', () => {
    const line = '50%  500 B of 1000 B, 83 B/s, 6 s left\n';
    expect(run(false)).toBe(line);
  });
});
