import fc from 'fast-check';
import { expect, it } from 'vitest';
import { interactionStateOf } from './read-state.ts';

const odd = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      status: fc.oneof(fc.constantFrom('requires_action', 'completed'), fc.jsonValue()),
      model: fc.jsonValue(),
      agent: fc.jsonValue(),
      previous_interaction_id: fc.jsonValue(),
      usage: fc.jsonValue(),
      steps: fc.oneof(
        fc.jsonValue(),
        fc.array(
          fc.record(
            { type: fc.constant('function_call'), id: fc.jsonValue(), name: fc.jsonValue() },
            { requiredKeys: [] },
          ),
        ),
      ),
    },
    { requiredKeys: [] },
  ),
);

it('an interaction is read from whatever the API answers, and calls only while it requires action', () => {
  fc.assert(
    fc.property(odd, (given) => {
      const { id, status, calls } = interactionStateOf('int_1', given);
      expect(id).toBe('int_1');
      expect(status === 'requires_action' || calls.length === 0).toBe(true);
      for (const call of calls) expect(typeof call.id).toBe('string');
    }),
  );
});
