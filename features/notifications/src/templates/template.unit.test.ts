import { describe, expect, it } from 'vitest';
import type { NotifiableEvent } from '../notifiable-event.ts';
import { makeEvent } from '../testing/make-event.ts';
import { renderTemplate, type Target } from './template.ts';
import { viewOf } from './view.ts';

const render = (text: string, target: Target, event: Partial<NotifiableEvent> = {}): string =>
  renderTemplate(text, viewOf(makeEvent(event), { rule: 'r', turn: 'plain' }), target);
const saying = (a: string) => ({ user_metadata: { a } });

describe('a template', () => {
  it('names what an event has', () => {
    const text =
      '{{type}} {{family}} {{status}} {{source}} {{resource_id}} {{occurred_at}} {{labels.team}} {{rule}}';
    expect(render(text, 'plain')).toBe(
      'batch.failed batch failed jobs batches/b1 2026-11-25T12:00:00.000Z search r',
    );
  });

  it.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['<@U1> <#C1>', '&lt;@U1&gt; &lt;#C1&gt;'],
    ['&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
    ['{{source}}', '{{source}}'],
  ])('writes %s for mrkdwn so that it is only a text', (value, expected) => {
    expect(render('{{metadata.a}}', 'mrkdwn', saying(value))).toBe(expected);
  });

  it('writes values into a URL so that they stay where they stand', () => {
    expect(render('https://x/{{metadata.a}}', 'url', saying('../?a=b&c#|<"'))).toBe(
      'https://x/..%2F%3Fa%3Db%26c%23%7C%3C%22',
    );
    expect(render('https://x/{{metadata.a}}', 'url', saying('\ud800'))).toBe('https://x/%EF%BF%BD');
  });

  it('says nothing for what is not there, and for groups and what everything inherits', () => {
    const text =
      '[{{metadata.none}}{{metadata}}{{labels.constructor}}{{metadata.toString}}{{error.code}}]';
    expect(render(text, 'plain')).toBe('[]');
  });

  it('leaves out control characters and what turns a text around', () => {
    expect(render('{{metadata.a}}', 'plain', saying('a\u0000\u001b[31m\u202eb\u2066c\nd'))).toBe(
      'a[31mbc\nd',
    );
  });

  it('shows an error only where there is one', () => {
    const text = '{{#error}}{{code}}: {{message}}{{/error}}{{^error}}fine{{/error}}';
    expect(render(text, 'plain')).toBe('fine');
    expect(render(text, 'plain', { error_code: '7', error_message: 'no' })).toBe('7: no');
  });
});
