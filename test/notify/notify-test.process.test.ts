import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeReplayBed, type ReplayBed } from '../replay/bed.ts';
import { type Given, publishBatchEvents } from './publish.ts';

const SECRET = 'https://hooks.slack.com/services/T0/B0/secret';
const RULES = `
slack:
  ops: { webhook_url: '${SECRET}' }
rules:
  failures:
    when: { types: [batch.failed] }
    recovered: { types: [batch.succeeded], key: '{{source}}' }
    slack: { channel: ops }
  customers:
    when: { types: [batch], labels: { team: 'search*' } }
    webhooks: { owner: '{{labels.customer}}' }
  customers-too:
    when: { types: [batch.succeeded] }
    webhooks: { owner: '{{labels.customer}}' }
  videos:
    when: { types: [video] }
    slack: { channel: ops }
`;
const AT = Date.now() - 600_000;
const labels = { team: 'search-1', customer: 'acme' };
/** In no order: the dry run has to sort. */
const GIVEN: readonly Given[] = [
  { id: 'm5', resource: 'batches/e', type: 'batch.succeeded', source: 'jobs', at: AT + 5_000 },
  { id: 'm1', resource: 'batches/a', type: 'batch.succeeded', source: 'jobs', labels, at: AT },
  { id: 'm3', resource: 'batches/c', type: 'batch.failed', source: 'jobs', at: AT + 3_000 },
  { id: 'm4', resource: 'batches/d', type: 'batch.succeeded', source: 'jobs', at: AT + 4_000 },
  { id: 'm2', resource: 'batches/b', type: 'batch.failed', source: 'jobs', at: AT + 2_000 },
  { id: 'm0', resource: 'batches/old', type: 'batch.failed', at: AT - 86_400_000 },
];

interface Answer {
  readonly events: number;
  readonly isCut: boolean;
  readonly rules: readonly { rule: string; notifications: number; tookNothing: boolean }[];
  readonly notifications: readonly {
    eventId: string;
    rule: string;
    turn: string;
    to: string;
    message?: { text?: string; data?: { id: string } };
  }[];
}

describe('rules on the command line', () => {
  let bed: ReplayBed;
  let file: string;

  beforeAll(async () => {
    bed = await makeReplayBed(inject('stack'));
    await publishBatchEvents(bed, GIVEN);
    file = join(bed.cwd, 'rules.yaml');
    await writeFile(file, RULES);
  });
  afterAll(() => bed?.close());

  it('check prints channels and rules, and no secret', async () => {
    const run = bed.cli('notify', 'check', file);
    expect(await run.ended).toBe(0);
    expect(run.stdout()).toMatch(/^ops +webhook/m);
    expect(run.stdout()).toMatch(/^failures +batch\.failed +batch\.succeeded +ops +none/m);
    expect(run.stdout() + run.stderr()).not.toContain('secret');
    const { rules } = await bed.json<{ rules: { name: string }[] }>('notify', 'check', file);
    expect(rules.map(({ name }) => name)).toEqual([
      'failures',
      'customers',
      'customers-too',
      'videos',
    ]);
  });

  it('check tells all faults of a file', async () => {
    const bad = join(bed.cwd, 'bad.yaml');
    await writeFile(bad, RULES.replace('[batch.failed]', '[nope]').replace('[video]', '[movie]'));
    const run = bed.cli('notify', 'check', bad);
    expect(await run.ended).toBe(1);
    expect(run.stdout()).toBe('');
    expect(run.stderr()).toContain('ERR_RULES_INVALID');
    expect(run.stderr()).toContain('rules.failures.when.types.0');
    expect(run.stderr()).toContain('rules.videos.when.types.0');
  });

  it('test tells what the rules would tell, in the order of time, and recoveries of failures only', async () => {
    const run = bed.cli('notify', 'test', file);
    expect(await run.ended).toBe(0);
    const time = (at: number): string => new Date(at).toISOString();
    expect(run.stdout().trimEnd().split('\n')).toEqual([
      `${time(AT)}  batch.succeeded  batches/a  customers  plain  owner acme`,
      `${time(AT + 2_000)}  batch.failed  batches/b  failures  failed  slack:ops`,
      `${time(AT + 3_000)}  batch.failed  batches/c  failures  failed  slack:ops`,
      `${time(AT + 4_000)}  batch.succeeded  batches/d  failures  recovered  slack:ops`,
      '',
      'events looked at: 5',
      'notifications: 4',
      '  failures: 3',
      '  customers: 1',
      'rules that took nothing: videos',
    ]);
  });

  it('test looks at the events that the options name, and shows what would be sent', async () => {
    const wider = await bed.json<Answer>('notify', 'test', file, '--since', '3d', '--show');
    expect(wider).toMatchObject({ events: 6, isCut: false });
    expect(wider.notifications.map(({ eventId }) => eventId)).toEqual([
      'm0',
      'm1',
      'm2',
      'm3',
      'm4',
    ]);
    expect(wider.notifications[1]?.message?.data?.id).toBe('batches/a');
    expect(wider.notifications[4]?.message?.text).toContain('*recovered* after 2 s');

    const options = ['--type', 'batch.succeeded', '--resource', 'batches/a', '--source', 'jobs'];
    const one = await bed.json<Answer>('notify', 'test', file, ...options);
    expect(one.notifications).toEqual([
      expect.objectContaining({ eventId: 'm1', rule: 'customers', to: 'owner acme' }),
    ]);
    const until = new Date(AT + 2_500).toISOString();
    const early = await bed.json<Answer>('notify', 'test', file, '--until', until);
    expect(early).toMatchObject({ events: 2 });

    const shown = bed.cli('notify', 'test', file, '--resource', 'batches/b', '--show');
    expect(await shown.ended).toBe(0);
    expect(shown.stdout()).toContain('{"text":":red_circle: *batch.failed* `batches/b`');
    expect(shown.stdout() + shown.stderr()).not.toContain('secret');
  });
});
