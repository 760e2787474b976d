import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { succeeds } from '../kit/succeeds.ts';
import { makeNotifyBed, type NotifyBed } from './bed.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const RULES = `
rules:
  customers:
    when: { types: [batch] }
    webhooks: { owner: acme, metadata: [order] }
`;
const exec = promisify(execFile);
const hasPython = succeeds('python3', ['-c', 'import venv, ensurepip']);
const VERIFY = `
import json
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
count = 0
for one in json.load(open('received.json')):
    for secret in one['secrets']:
        Webhook(secret).verify(one['body'], one['headers'])
        try:
            Webhook(secret).verify(one['body'] + ' ', one['headers'])
        except WebhookVerificationError:
            continue
        raise SystemExit('a changed body verifies')
    count += 1
print(f'{count} verify, and none when it is changed')
`;
const within = { timeout: 30_000, interval: 100 };

describe('the notifier as a process', () => {
  let dir: string;
  let receiver: Receiver;
  let bed: NotifyBed;
  let secret: string;
  let id: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'gemini-events-notify-'));
    receiver = await startReceiver();
    bed = await makeNotifyBed(inject('stack'), { dir, rules: RULES, origins: [receiver.origin] });
    await bed.start('notifier-a');
  });
  afterAll(async () => {
    await bed?.close();
    await receiver?.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('calls an endpoint that has verified itself, once for each event, thin and signed', async () => {
    ({ id, secret } = await bed.addEndpoint(`${receiver.origin}/hook`));
    await bed.publish([{ id: 'e1', resource: 'batches/b1', order: 7 }]);
    await bed.publish([{ id: 'e1', resource: 'batches/b1', order: 7 }]);
    await expect.poll(() => receiver.received.length, within).toBe(1);
    const [{ headers, body }] = receiver.received as [Receiver['received'][number]];
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual({
      type: 'batch.succeeded',
      timestamp: expect.any(String),
      schema_version: 1,
      data: {
        id: 'batches/b1',
        event_id: 'e1',
        status: 'succeeded',
        error: null,
        metadata: { order: '7' },
        result: null,
      },
    });
    await expect.poll(() => bed.states(), within).toEqual({ delivered: 1 });
  });

  it('sends a test by the same way, and again what its owner asks for, with the same id', async () => {
    await bed.call('POST', `/endpoints/${id}/test`);
    await expect.poll(() => receiver.received.length, within).toBe(2);
    expect(JSON.parse(receiver.received[1]?.body ?? '')).toMatchObject({ type: 'endpoint.test' });
    const list = await bed.call<{ data: { id: string; type: string }[] }>(
      'GET',
      `/endpoints/${id}/deliveries`,
    );
    const delivery = list.data.find(({ type }) => type === 'batch.succeeded');
    await bed.call('POST', `/deliveries/${delivery?.id}/resend`);
    await expect.poll(() => receiver.received.length, within).toBe(3);
    expect(receiver.received[2]?.id).toBe(receiver.received[0]?.id);
  });

  it('verifies while a secret is being rotated, in JavaScript and in Python', async () => {
    const rotated = await bed.call<{ secret: string }>('POST', `/endpoints/${id}/secrets`, {
      kind: 'v1',
      overlap_seconds: 3_600,
    });
    // What the notifier knows of an endpoint is at most a second old.
    let count = 0;
    const signatures = () => receiver.received.at(-1)?.headers['webhook-signature'] ?? '';
    while (signatures().split(' ').length < 2) {
      const before = receiver.received.length;
      count += 1;
      await bed.publish([{ id: `rotated-${count}`, resource: 'batches/b1' }]);
      await expect.poll(() => receiver.received.length, within).toBe(before + 1);
    }
    const secrets = [secret, rotated.secret];
    const [last] = receiver.received.slice(-1) as [Receiver['received'][number]];
    for (const each of secrets) {
      new Webhook(each).verify(last.body, last.headers);
    }
    if (!hasPython) return;
    const venv = join(dir, 'venv');
    await exec('python3', ['-m', 'venv', venv]);
    await exec(join(venv, 'bin/pip'), ['install', '--quiet', 'standardwebhooks==1.1.0']);
    await writeFile(join(dir, 'verify.py'), VERIFY);
    const all = receiver.received.map(({ headers, body }) => ({
      headers,
      body,
      secrets: headers['webhook-signature']?.includes(' ') ? secrets : [secret],
    }));
    await writeFile(join(dir, 'received.json'), JSON.stringify(all));
    const { stdout } = await exec(join(venv, 'bin/python'), ['verify.py'], { cwd: dir });
    expect(stdout.trim()).toBe(`${all.length} verify, and none when it is changed`);
  }, 120_000);

  it('takes changed rules without a restart, and keeps the old ones where the new have faults', async () => {
    await writeFile(bed.rulesFile, 'rules: { bad: { when: { types: [nothing] } } }');
    const metric = async () => (await [...bed.instances][0]?.metrics()) ?? '';
    await expect.poll(metric, within).toContain('gemini_events_notifier_rules_refused 1');
    await bed.publish([{ id: 'e2', resource: 'batches/b2' }]);
    await expect
      .poll(() => receiver.received.some(({ body }) => body.includes('"e2"')), within)
      .toBe(true);
    await writeFile(bed.rulesFile, 'rules: {}');
    await expect.poll(metric, within).toContain('gemini_events_notifier_rules_refused 0');
  });
});
