import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Link, LinkedList } from './linked-list.ts';

interface Entry extends Link<Entry> {
  readonly name: number;
}

it('holds what a Set would hold, in the same order, and leaves no link to what is out', () => {
  // A number adds an entry; a place takes out whatever entry was added there.
  const step = fc.oneof(fc.constant('add' as const), fc.nat({ max: 30 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const list = new LinkedList<Entry>();
      const model = new Set<Entry>();
      const added: Entry[] = [];
      for (const each of steps) {
        if (each === 'add') {
          const entry = { name: added.length, isLinked: false, previous: null, next: null };
          added.push(entry);
          list.append(entry);
          model.add(entry);
          continue;
        }
        const entry = added[each];
        if (entry === undefined) continue;
        expect(list.remove(entry)).toBe(model.delete(entry));
        expect(entry).toMatchObject({ isLinked: false, previous: null, next: null });
      }
      const names: number[] = [];
      for (let entry = list.first; entry !== null; entry = entry.next) names.push(entry.name);
      expect(names).toEqual([...model].map(({ name }) => name));
    }),
  );
});
