import { inspect } from 'node:util';
import { isBridgeError } from '@gemini-events/events';
import { describe, expect, it } from 'vitest';
import { readRulesFile } from './read-rules-file.ts';

const HOOK = 'https://hooks.slack.com/services/T/B/s3cret';
const SLACK = `slack: { ops: { webhook_url: '${HOOK}' }, bot: { token: xoxb-s3cret, channel: C1 } }`;

/** Faults of a file; empty where there are none. */
function faults(text: string, files: Readonly<Record<string, string>> = {}): string {
  try {
    read(text, files);
    return '';
  } catch (error) {
    if (!isBridgeError(error, 'ERR_RULES_INVALID')) throw error;
    return error.message;
  }
}

function read(text: string, files: Readonly<Record<string, string>> = {}) {
  return readRulesFile('/etc/rules.yaml', (path) => {
    const found = path === '/etc/rules.yaml' ? text : files[path];
    if (found === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
    return found;
  });
}

/** Faults of the one rule `r`, beside the channels. */
const faultsOf = (rule: string): string => faults(`${SLACK}\nrules: { r: ${rule} }`);

describe('a rules file', () => {
  it('gives channels and rules, and shows no secret when it is printed', () => {
    const rule = `{ when: { types: [batch] }, slack: { channel: bot } }`;
    const set = read(`${SLACK}\nnotices: ops\nrules: { r: ${rule} }`);
    expect([...set.channels.keys()]).toEqual(['ops', 'bot']);
    expect(set.rules).toMatchObject([{ name: 'r', thread: 'resource' }]);
    expect(set.notices).toBe('ops');
    expect(inspect(set.channels, { depth: 9 }) + JSON.stringify([...set.channels])).not.toContain(
      's3cret',
    );
  });

  it('may be empty', () => {
    expect(read('')).toMatchObject({ rules: [], notices: null });
  });

  it('reads secrets from files beside it, and changes when they do', () => {
    const text =
      'slack: { ops: { webhook_url_file: hook.txt }, bot: { token_file: /t, channel: C1 } }';
    const one = read(text, { '/etc/hook.txt': `${HOOK}\n`, '/t': 'xoxb-1\n' });
    const other = read(text, { '/etc/hook.txt': `${HOOK}\n`, '/t': 'xoxb-2\n' });
    const way = one.channels.get('ops')?.way;
    expect(way?.kind === 'webhook' && way.url.reveal()).toBe(HOOK);
    expect(one.fingerprint).not.toBe(other.fingerprint);
  });

  it('tells all of its faults at once, and no value that may be secret', () => {
    const message = faults(`
slack:
  a: { webhook_url: s3cret }
  b: { token: xoxb-s3cret }
  c: { token: xoxb-s3cret, webhook_url: '${HOOK}', channel: C1 }
  d: { webhook_url: '${HOOK}', per_second: s3cret }
rules:
  r: { when: { types: [movie] }, slack: { channel: a, text: '{{nobody}}' } }
  s: {}
`);
    for (const place of [
      'slack.a.webhook_url',
      'slack.b.channel',
      'slack.c:',
      'slack.d.per_second',
      'rules.r.when.types.0',
      'rules.r.slack.text',
      'rules.s:',
    ]) {
      expect(message).toContain(place);
    }
    expect(message).not.toContain('s3cret');
  });

  it.each([
    ['is not YAML', `slack: { a: { token: s3cret`, 'line'],
    ['has a name twice', 'rules: {}\nrules: {}', 'line 2'],
    ['is only a text', 's3cret', 'expected'],
    [
      'names a file that is not there',
      'slack: { a: { webhook_url_file: no } }',
      'slack.a.webhook_url_file: cannot be read (ENOENT)',
    ],
    [
      'names a file without a URL',
      'slack: { a: { webhook_url_file: /bad } }',
      'slack.a: holds no http or https URL',
    ],
    [
      'names an empty file for a token',
      'slack: { a: { token_file: /empty, channel: C1 } }',
      'slack.a: a token is one word',
    ],
    [
      'names two words for a token',
      'slack: { a: { token_file: /bad, channel: C1 } }',
      'slack.a: a token is one word',
    ],
    ['has notices to nowhere', 'notices: gone', 'notices: there is no channel gone'],
  ])('has a fault where it %s', (_, text, expected) => {
    const message = faults(text, { '/bad': 'two s3cret', '/empty': '' });
    expect(message).toContain(expected);
    expect(message).not.toContain('s3cret');
  });
});

describe('a rule has a fault', () => {
  it.each([
    [
      'where it names what no template has',
      `{ slack: { channel: ops, text: '{{oops}}' } }`,
      'nothing called {{oops}}',
    ],
    [
      'where output would not be escaped',
      `{ slack: { channel: ops, text: '{{{type}}}' } }`,
      'would not be escaped',
    ],
    ['by & too', `{ webhooks: { owner: '{{&metadata.a}}' } }`, 'would not be escaped'],
    [
      'where it takes in a partial',
      `{ slack: { channel: ops, text: '{{> other}}' } }`,
      'not allowed',
    ],
    [
      'where it has other braces',
      `{ slack: { channel: ops, text: '{{=<% %>=}}<%type%>' } }`,
      'not allowed',
    ],
    [
      'where a section is left open',
      `{ slack: { channel: ops, text: '{{#error}}' } }`,
      'Unclosed section',
    ],
    [
      'where the type is unknown',
      `{ when: { types: [batch.oops] }, slack: { channel: ops } }`,
      'is no type',
    ],
    ['where the channel is unknown', `{ slack: { channel: gone } }`, 'there is no channel gone'],
    [
      'with a thread on an incoming webhook',
      `{ slack: { channel: ops, thread: resource } }`,
      'has no threads',
    ],
    [
      'with a thread of pairs that it has not',
      `{ slack: { channel: bot, thread: pair } }`,
      'pair needs recovered',
    ],
    ['where it tells nobody', `{ when: {} }`, 'it would tell nobody'],
    [
      'where a link has no host of its own',
      `{ slack: { channel: ops, link: 'https://{{source}}/' } }`,
      'and a host',
    ],
    [
      'in the text of a block',
      `{ slack: { channel: ops, blocks: [{ type: section, text: { type: mrkdwn, text: '{{oops}}' } }] } }`,
      'nothing called {{oops}}',
    ],
  ])('%s', (_, rule, expected) => {
    expect(faultsOf(rule)).toContain(expected);
  });

  it.each([
    '<{{metadata.a}}>',
    '<{{link}}{{metadata.a}}>',
    '<!{{metadata.a}}>',
    '<@{{metadata.a}}>',
    '<!subteam^{{metadata.a}}>',
    '<{{! so }}{{metadata.a}}>',
    '{{#error}}<{{/error}}{{metadata.a}}>',
    '{{#metadata}}<{{link}}|x>{{/metadata}}',
  ])('where a value could become a mention: %s', (text) => {
    expect(faultsOf(`{ slack: { channel: ops, text: '${text}' } }`)).toContain(
      'rules.r.slack.text',
    );
  });

  it('but not by a mention of its own, nor by a link', () => {
    const text =
      '<!here> <@U1> {{type}} {{#link}}<{{link}}|{{resource_id}}>{{/link}} {{labels.team}}';
    expect(faultsOf(`{ slack: { channel: ops, text: '${text}' } }`)).toBe('');
  });
});
