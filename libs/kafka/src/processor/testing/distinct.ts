import type { RawRecord } from '../../wire/raw-record.ts';
import type { ProcessorEvents } from '../options.ts';
import type { PartitionLogic } from '../types.ts';

/** Drops values that were seen before; its state is the set of values, its changelog one per line. */
export function createDistinct(
  output: string,
  onRestore: (value: string) => void = () => undefined,
): PartitionLogic {
  const seen = new Set<string>();
  let added: string[] = [];
  return {
    restore: (value) => {
      for (const each of value.toString().split('\n')) {
        seen.add(each);
        onRestore(each);
      }
    },
    process: (records: readonly RawRecord[]) => {
      const fresh = records.filter(({ value }) => {
        const text = String(value);
        if (seen.has(text) || added.includes(text)) return false;
        added.push(text);
        return true;
      });
      return {
        output: fresh.map((record) => ({
          topic: output,
          payload: record,
          timestamp: record.timestamp,
        })),
        changelog: added.length === 0 ? [] : [Buffer.from(added.join('\n'))],
      };
    },
    commit: () => {
      for (const each of added) seen.add(each);
      added = [];
    },
    discard: () => {
      added = [];
    },
  };
}

/** Listens to nothing. */
export function silent(): ProcessorEvents {
  const nothing = () => undefined;
  return {
    joined: nothing,
    prepared: nothing,
    committed: nothing,
    failed: nothing,
    gap: nothing,
    forced: nothing,
    fatal: nothing,
  };
}
