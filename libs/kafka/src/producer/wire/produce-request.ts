import { createAPI, produceV9, Writer } from '@platformatic/kafka';

/** Record batches of one topic, by partition. */
export interface TopicBatches {
  readonly topic: string;
  readonly batches: ReadonlyMap<number, Buffer>;
}

const PRODUCE = 0;
const ACKS_ALL = -1;

/** Produce, version 9, of batches that are made already; acks=all. Answers as the client reads them. */
export const produceBatches = createAPI(
  PRODUCE,
  9,
  (timeoutMs: number, topics: readonly TopicBatches[]) =>
    Writer.create()
      .appendString(null)
      .appendInt16(ACKS_ALL)
      .appendInt32(timeoutMs)
      .appendArray([...topics], (writer, { topic, batches }) => {
        writer.appendString(topic).appendArray([...batches], (inner, [partition, batch]) => {
          inner
            .appendInt32(partition)
            .appendUnsignedVarInt(batch.length + 1)
            .append(batch);
        });
      })
      .appendTaggedFields(),
  produceV9.parseResponse,
);
