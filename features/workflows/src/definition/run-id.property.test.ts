import { geminiEvent } from '@gemini-events/consumer/testing';
import { KNOWN_TYPES } from '@gemini-events/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runIdOf } from './define-workflow.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,47}$/);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
  fc.stringMatching(/^[a-z/]{1,20}$/),
);
const event = fc
  .record({
    type: fc.constantFrom(...KNOWN_TYPES),
    source: fc.constantFrom('default', 'agent'),
    event_id: anyText,
    resource_id: anyText,
  })
  .map(({ type, ...more }) => geminiEvent(type, more));
const once = fc.constantFrom('resource', 'event');

describe('the id of a run', () => {
  it('is the same for the same job, whichever delivery tells of it', () => {
    fc.assert(
      fc.property(name, event, anyText, (name, event, otherId) => {
        const again = { ...event, event_id: otherId, payload: '{"again":true}' };
        expect(runIdOf({ name, once: 'resource' }, again)).toBe(
          runIdOf({ name, once: 'resource' }, event),
        );
      }),
    );
  });

  it('is another one for another workflow, source, type, job or event', () => {
    fc.assert(
      fc.property(name, name, event, event, once, (nameA, nameB, a, b, once) => {
        const whole = (name: string, { source, type, resource_id, event_id }: typeof a) =>
          JSON.stringify(
            once === 'event' ? [name, source, event_id] : [name, source, type, resource_id],
          );
        const isSame = whole(nameA, a) === whole(nameB, b);
        expect(runIdOf({ name: nameA, once }, a) === runIdOf({ name: nameB, once }, b)).toBe(
          isSame,
        );
      }),
    );
  });

  it('is short printable text, whatever an event brings along', () => {
    fc.assert(
      fc.property(name, event, once, (name, event, once) => {
        const id = runIdOf({ name, once }, event);
        expect(id).toMatch(/^[\x21-\x7e]{1,400}$/);
      }),
    );
  });
});
