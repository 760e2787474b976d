import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { deadLetterRecord } from '../../features/consumers/src/dead-letters/dead-letter.ts';
import { HEADER } from '../../libs/events/src/headers.ts';
import { processFields, secret } from '../../libs/service/src/config-fields.ts';
import { TOPICS } from '../../schemas/src/topics.ts';
import { errorsPage } from './codes-pages.ts';
import { configPage, defaultOf, isSecret, renderSection } from './config-page.ts';
import { DEAD_LETTER_HEADERS, DELIVERY_HEADERS } from './header-notes.ts';
import { prose, table } from './markdown.ts';
import { TOPIC_NOTES } from './topic-notes.ts';
import { renderRecord, retention, topicRow, typeText } from './topics-page.ts';

describe('markdown', () => {
  it('has tables with aligned columns, and bars that do not end a cell', () => {
    expect(table(['A', 'Long'], [['a|b', 'x']])).toBe(
      ['| A    | Long |', '| ---- | ---- |', '| a\\|b | x    |'].join('\n'),
    );
  });

  it('keeps names in angle brackets readable, in prose and in code', () => {
    expect(prose('use <source> or `<x>`')).toBe('use \\<source> or `<x>`');
  });
});

describe('the page of error codes', () => {
  it('has a heading, and so an anchor, for each code', () => {
    const text = errorsPage({ ERR_A: { meaning: 'It broke.', operator: 'Mend it.' } });
    expect(text).toContain('## ERR_A\n\nIt broke.\n\n**What to do:** Mend it.\n');
  });
});

describe('the page of variables', () => {
  const { INSTANCE_ID, ADMIN_PORT } = processFields;

  it('tells secrets by what their value shows, optional and transformed ones too', () => {
    expect(isSecret(secret().optional().describe('Key.'))).toBe(true);
    expect(isSecret(INSTANCE_ID)).toBe(false);
    const secrets = [...configPage().matchAll(/`(\w+)` +\|[^|]+\| yes /g)].map(([, name]) => name);
    expect(new Set(secrets)).toEqual(
      new Set([
        'AGENT_OWNER_KEY',
        'DATABASE_URL',
        'GEMINI_API_KEY',
        'GEMINI_WEBHOOK_SECRETS',
        'KAFKA_SASL_PASSWORD',
        'RESULTS_S3_SECRET_ACCESS_KEY',
        'SCHEMA_REGISTRY_PASSWORD',
        'SIMULATOR_API_KEY',
        'SLACK_SIGNING_SECRETS',
      ]),
    );
  });

  it('gives defaults as they would be written, and none of this machine', () => {
    expect(defaultOf('ADMIN_PORT', ADMIN_PORT)).toBe('`0`');
    expect(defaultOf('INSTANCE_ID', INSTANCE_ID)).toBe('the host name');
    expect(configPage()).not.toContain(homedir());
    expect(defaultOf('KEY', secret())).toBe('**required**');
    expect(defaultOf('KEY', secret().optional())).toBe('none');
  });

  it('does not accept a variable without a text', () => {
    const schema = { shape: { KEY: secret() } };
    expect(() => renderSection({ title: 'x', command: 'x', schema })).toThrow('KEY of x');
  });
});

describe('the page of topics', () => {
  it('has a row for each declared topic and no note beyond', () => {
    expect(TOPICS.map(topicRow)).toHaveLength(TOPICS.length);
    expect(Object.keys(TOPIC_NOTES).sort()).toEqual(TOPICS.map(({ name }) => name).sort());
  });

  it('says how long records stay, and of a compacted topic what stays', () => {
    expect(retention({ 'cleanup.policy': 'delete', 'retention.ms': '259200000' })).toBe('3 days');
    expect(retention({ 'cleanup.policy': 'compact' })).toBe('newest of each key');
  });

  it('gives types in words', () => {
    expect(typeText(['null', 'string'])).toBe('string or null');
    expect(typeText({ type: 'map', values: 'string' })).toBe('map of string');
    expect(typeText({ type: 'long', logicalType: 'timestamp-millis' })).toBe('timestamp-millis');
  });

  it('does not accept a field without a doc string', () => {
    const fields = [{ name: 'size', type: 'long', doc: '' }];
    const record = { name: 'Result', doc: 'x', fields };
    expect(() => renderRecord('Result', record)).toThrow('Result.size has no doc');
  });

  it('names each header that the code names', () => {
    const named = DELIVERY_HEADERS.map(([name]) => name);
    expect(named).toEqual(expect.arrayContaining(Object.values(HEADER)));
  });

  it('names exactly the headers that a dead letter gets', () => {
    const record = {
      topic: 't',
      partition: 0,
      offset: 0n,
      timestamp: 0,
      key: Buffer.from('k'),
      value: null,
      headers: {},
    };
    const letter = deadLetterRecord(record, {
      topic: 'dlq',
      consumer: 'results',
      code: 'ERR_UNEXPECTED',
      message: 'x',
      attempts: 1,
      firstFailureAt: 0,
      lastFailureAt: 0,
    });
    expect(Object.keys(letter.headers ?? {})).toEqual(DEAD_LETTER_HEADERS.map(([name]) => name));
  });
});
