import { OWNER_TAG_FIELD } from '@gemini-events/webhooks';
import { describe, expect, it } from 'vitest';
import type { NotifiableEvent } from '../notifiable-event.ts';
import { makeEvent } from '../testing/make-event.ts';
import { makeRule } from '../testing/make-rule.ts';
import { turnOf } from './match-rule.ts';

const turn = (when: object, event: Partial<NotifiableEvent> = {}, more: object = {}) =>
  turnOf(makeRule({ when, slack: { channel: 'ops' }, ...more }), makeEvent(event));

describe('what a rule takes', () => {
  it.each<[string, object, Partial<NotifiableEvent>, boolean]>([
    ['everything, where it says nothing', {}, {}, true],
    ['a type', { types: ['batch.failed'] }, {}, true],
    ['no other type', { types: ['batch.succeeded'] }, {}, false],
    ['an alias of a type', { types: ['batch.completed'] }, { type: 'batch.succeeded' }, true],
    ['an event by the alias', { types: ['batch.succeeded'] }, { type: 'batch.completed' }, true],
    ['a family', { types: ['batch'] }, {}, true],
    ['no other family', { types: ['video', 'interaction'] }, {}, false],
    ['a type that nobody knows by *', { types: ['*'] }, { type: 'odd' }, true],
    ['a type that nobody knows by unknown', { types: ['unknown'] }, { type: 'batch.odd' }, true],
    ['no unknown type by its family', { types: ['batch'] }, { type: 'batch.odd' }, false],
    ['one of several sources', { sources: ['other', 'jobs'] }, {}, true],
    ['no other source', { sources: ['other'] }, {}, false],
    ['a status', { status: ['failed'] }, {}, true],
    ['no other status', { status: ['succeeded'] }, {}, false],
    ['a label', { labels: { team: 'search' } }, {}, true],
    ['the beginning of a label', { labels: { team: 'sea*' } }, {}, true],
    ['any value of a label', { labels: { team: '*' } }, {}, true],
    ['no event without the label', { labels: { other: '*' } }, {}, false],
    ['no label that everything inherits', { labels: { constructor: '*' } }, {}, false],
    ['metadata', { metadata: { customer: 'acme' } }, {}, true],
    ['all of it or nothing', { labels: { team: '*' }, metadata: { customer: 'x' } }, {}, false],
    [
      'nothing by the tag that proves whose job it is',
      { metadata: { [OWNER_TAG_FIELD]: '*' } },
      { user_metadata: { [OWNER_TAG_FIELD]: 'tag' } },
      false,
    ],
  ])('%s', (_, when, event, isTaken) => {
    expect(turn(when, event)).toBe(isTaken ? 'plain' : null);
  });

  it('a rule with recovered tells failures from recoveries, within its sources and labels', () => {
    const more = { recovered: { types: ['batch.succeeded'] } };
    const when = { types: ['batch.failed'], sources: ['jobs'] };
    expect(turn(when, {}, more)).toBe('failed');
    expect(turn(when, { type: 'batch.completed' }, more)).toBe('recovered');
    expect(turn(when, { type: 'batch.expired' }, more)).toBeNull();
    expect(turn(when, { type: 'batch.succeeded', source: 'other' }, more)).toBeNull();
  });
});
