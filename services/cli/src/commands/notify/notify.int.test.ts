import { randomUUID } from 'node:crypto';
import { Command } from '@commander-js/extra-typings';
import { createPostgresApiTokens } from '@gemini-events/access';
import { tokensCommand } from '@gemini-events/access/cli';
import type { Io } from '@gemini-events/cli-kit';
import { createPostgresEndpoints } from '@gemini-events/notifications';
import { endpointsCommand } from '@gemini-events/notifications/cli';
import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { runCli } from '../../run-cli.ts';

interface Exitable {
  readonly commands: readonly Exitable[];
  exitOverride(): unknown;
  configureOutput(output: object): unknown;
}

let database: TestDatabase;
let pool: PostgresPool;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const { kafkaBrokers, schemaRegistryUrl, databaseUrl } = inject('stack');
  database = await createTestDatabase(databaseUrl);
  pool = database.pool();
  env = {
    KAFKA_BROKERS: kafkaBrokers,
    SCHEMA_REGISTRY_URL: schemaRegistryUrl,
    DATABASE_URL: database.url,
    TOPIC_PREFIX: `notify${randomUUID().slice(0, 8)}`,
  };
  const quiet = { env, out: () => undefined, talk: () => undefined };
  for (const what of ['topics', 'schemas']) {
    await runCli([what, 'apply'], quiet);
  }
});
afterAll(() => database?.drop());

/** Runs `notify …`; what goes wrong is in `talk`. */
async function notify(...args: readonly string[]) {
  let [out, talk] = ['', ''];
  const io: Io = { env, out: (text) => (out += text), talk: (text) => (talk += `${text}\n`) };
  const program = new Command('notify')
    .addCommand(tokensCommand(io))
    .addCommand(endpointsCommand(io));
  const takeOver = (command: Exitable): void => {
    command.exitOverride();
    command.configureOutput({ writeErr: (text: string) => (talk += text) });
    command.commands.forEach(takeOver);
  };
  takeOver(program);
  const failed = await program
    .parseAsync([...args], { from: 'user' })
    .then(() => false)
    .catch(() => true);
  return { out, talk, failed };
}

describe('notify tokens', () => {
  it('makes a token that works and prints it alone on stdout; it can be listed and revoked', async () => {
    const tokens = createPostgresApiTokens(pool);
    const options = ['--owner', 'acme', '--name', 'ci', '--expires', '90d'];
    const { out } = await notify('tokens', 'create', ...options, '--scope', 'endpoints:read');
    const entry = await tokens.check(out);
    expect(entry).toMatchObject({ owner: 'acme', name: 'ci', scopes: ['endpoints:read'] });
    expect(Math.round(((entry?.expiresAt ?? 0) - Date.now()) / 86_400_000)).toBe(90);
    const listed = await notify('tokens', 'ls');
    expect(listed.out).toContain(entry?.id);
    expect(listed.out).not.toContain(out);
    const revoked = await notify('tokens', 'revoke', entry?.id ?? '', '--json');
    expect(JSON.parse(revoked.out)).toEqual({ id: entry?.id, revoked: true });
    expect(await tokens.check(out)).toBeNull();
    expect((await notify('tokens', 'ls')).out).toContain('revoked');
  });

  it('gives an operator all scopes and a customer all of a customer’s, unless told otherwise', async () => {
    const made = async (...options: readonly string[]) =>
      JSON.parse((await notify('tokens', 'create', ...options, '--name', 'x', '--json')).out) as {
        owner: string | null;
        scopes: readonly string[];
      };
    expect((await made('--operator')).scopes).toHaveLength(7);
    expect((await made('--owner', 'acme')).scopes).toHaveLength(4);
  });

  it('gives an operator what it names of the agent’s scopes', async () => {
    const scopes = ['approvals:read', 'approvals:decide'];
    const named = scopes.flatMap((scope) => ['--scope', scope]);
    const { out } = await notify('tokens', 'create', '--operator', '--name', 'x', ...named);
    expect(await createPostgresApiTokens(pool).check(out)).toMatchObject({ owner: null, scopes });
  });

  it('makes none where nobody is named, two are, or a customer would be an operator', async () => {
    const before = await createPostgresApiTokens(pool).list({ limit: 100, after: null });
    for (const options of [
      [],
      ['--owner', 'acme', '--operator'],
      ['--owner', 'a b'],
      ['--owner', 'acme', '--scope', 'tokens:write'],
      ['--owner', 'acme', '--scope', 'approvals:decide'],
      ['--owner', 'acme', '--scope', 'everything'],
      ['--owner', 'acme', '--expires', 'soon'],
    ]) {
      expect(await notify('tokens', 'create', '--name', 'x', ...options)).toMatchObject({
        failed: true,
        out: '',
      });
    }
    const after = await createPostgresApiTokens(pool).list({ limit: 100, after: null });
    expect(after).toEqual(before);
  });
});

describe('notify endpoints', () => {
  it('shows, disables, enables and repeats', async () => {
    const id = 'ep_0123456789abcdef01234567';
    const endpoints = createPostgresEndpoints(pool);
    const url = 'https://hooks.example.com/';
    const secret = {
      id: 'sec_1',
      kind: 'v1',
      sealed: Buffer.from('top secret'),
      publicKey: null,
    } as const;
    const limits = { maxPerSecond: null, maxConcurrent: null };
    await endpoints.add({
      id,
      owner: 'acme',
      url,
      description: '',
      types: null,
      ...limits,
      secret,
    });
    await endpoints.verify(id, url);
    await pool.query(
      `with m as (
         insert into gemini_events.notify_messages (id, owner, type, body, created_at)
         values ('m', 'acme', 'batch.failed', '{}', now()) returning id
       )
       insert into gemini_events.notify_deliveries
         (message, lane, state, triggered_by, queued_at, due_at, settled_at)
       select id, $1, 'failed', 'event', now(), now(), now() from m`,
      [id],
    );
    expect((await notify('endpoints', 'ls', '--owner', 'acme')).out).toContain(url);
    expect((await notify('endpoints', 'ls', '--owner', 'other')).out).toBe('no endpoints');
    const shown = JSON.parse((await notify('endpoints', 'show', id)).out) as {
      deliveries: readonly { id: string }[];
    };
    expect(shown).toMatchObject({
      id,
      secrets: [{ id: 'sec_1' }],
      deliveries: [{ type: 'batch.failed' }],
    });
    expect(JSON.stringify(shown)).not.toContain('sealed');

    const disabled = await notify('endpoints', 'disable', id, '--reason', 'abuse', '--json');
    expect(JSON.parse(disabled.out)).toMatchObject({ disabledReason: 'operator' });
    const delivery = shown.deliveries[0]?.id ?? '';
    expect(await notify('endpoints', 'resend', delivery)).toMatchObject({ failed: true });
    expect(await notify('endpoints', 'recover', id, '--since', '1h')).toMatchObject({
      failed: true,
    });
    const enabled = await notify('endpoints', 'enable', id, '--json');
    expect(JSON.parse(enabled.out)).toMatchObject({ state: 'active' });
    expect((await notify('endpoints', 'recover', id, '--since', '1h')).out).toContain(
      '1 deliveries wait',
    );
    expect((await notify('endpoints', 'resend', delivery)).out).toContain('waits to be sent');
  });

  it('says so where there is no such thing', async () => {
    for (const args of [
      ['show', 'ep_none'],
      ['disable', 'ep_none'],
      ['enable', 'ep_none'],
      ['resend', '999999'],
      ['resend', 'x'],
      ['recover', 'ep_none', '--since', '1h'],
    ]) {
      const { failed, talk } = await notify('endpoints', ...args);
      expect([failed, talk]).toEqual([true, expect.stringContaining('there is no')]);
    }
  });
});
