import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfig } from './config.ts';
import {
  ALWAYS,
  brokerList,
  httpUrl,
  kafkaFields,
  kafkaRules,
  port,
  secret,
  wholeNumber,
} from './config-fields.ts';
import { Secret } from './secret.ts';

const schema = z.object({
  KAFKA_BROKERS: brokerList(),
  PORT: port().default(8080),
  PASSWORD: secret().optional(),
  URL: httpUrl().optional(),
  HOURS: wholeNumber(1, 48).default(48),
});

describe('configuration', () => {
  it('tells all faults at once, each with the name of its variable', () => {
    const result = readConfig(schema, { PORT: '70000', URL: 'ftp://x', HOURS: '1.5' });
    expect(result.ok).toBe(false);
    const faults = result.ok ? [] : result.faults;
    expect(faults).toHaveLength(4);
    for (const name of ['KAFKA_BROKERS', 'PORT', 'URL', 'HOURS']) {
      expect(faults.some((fault) => fault.startsWith(`${name}: `))).toBe(true);
    }
  });

  it('takes defaults, and an empty variable as not set', () => {
    const result = readConfig(schema, { KAFKA_BROKERS: 'a:1, b:2', PORT: '' });
    expect(result).toMatchObject({
      ok: true,
      config: { KAFKA_BROKERS: ['a:1', 'b:2'], PORT: 8080, HOURS: 48 },
    });
  });

  it('reads a variable from the file that NAME_FILE names', () => {
    const read = (path: string) => `content of ${path}\n`;
    const result = readConfig(schema, { KAFKA_BROKERS: 'a:1', PASSWORD_FILE: '/run/secret' }, read);
    expect(result.ok && result.config.PASSWORD?.reveal()).toBe('content of /run/secret');
  });

  it('refuses a variable that is given twice, and a file that cannot be read', () => {
    const fail = () => {
      throw new Error('no such file');
    };
    const twice = readConfig(
      schema,
      { KAFKA_BROKERS: 'a:1', PASSWORD: 'p', PASSWORD_FILE: 'f' },
      fail,
    );
    expect(twice).toMatchObject({ ok: false, faults: [expect.stringContaining('PASSWORD_FILE')] });
    const unreadable = readConfig(schema, { KAFKA_BROKERS_FILE: 'f' }, fail);
    expect(unreadable).toMatchObject({
      ok: false,
      faults: [expect.stringContaining('no such file')],
    });
  });

  it('shows no secret, however it is printed', () => {
    const value = new Secret('hunter2');
    expect(`${String(value)} ${JSON.stringify({ value })}`).not.toContain('hunter2');
    expect(value.reveal()).toBe('hunter2');
  });

  it.each([
    ['SASL_SSL', {}, ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD']],
    [
      'SASL_PLAINTEXT',
      { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'u' },
      ['KAFKA_SASL_PASSWORD'],
    ],
    ['SSL', { KAFKA_SASL_PASSWORD: 'p' }, ['KAFKA_SASL_PASSWORD']],
    ['PLAINTEXT', {}, []],
  ])('refuses credentials that contradict KAFKA_SECURITY_PROTOCOL=%s', (protocol, more, names) => {
    const result = readConfig(z.object(kafkaFields).superRefine(kafkaRules, ALWAYS), {
      KAFKA_BROKERS: 'a:1',
      KAFKA_SECURITY_PROTOCOL: protocol,
      ...more,
    });
    const faults = result.ok ? [] : result.faults.map((fault) => fault.split(':', 1)[0]);
    expect(faults).toEqual(names);
  });

  it('tells contradictions beside faults of other fields', () => {
    const result = readConfig(z.object(kafkaFields).superRefine(kafkaRules, ALWAYS), {
      KAFKA_BROKERS: 'nowhere',
      KAFKA_SASL_PASSWORD: 'p',
    });
    const faults = result.ok ? [] : result.faults.map((fault) => fault.split(':', 1)[0]);
    expect(faults).toEqual(['KAFKA_BROKERS', 'KAFKA_SASL_PASSWORD']);
  });
});
