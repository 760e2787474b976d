import {
  addOffsetsToTxnV3,
  addPartitionsToTxnV3,
  createAPI,
  type Reader,
} from '@platformatic/kafka';

const ADD_PARTITIONS = 24;
const ADD_OFFSETS = 25;
const VERSION = 3;

/**
 * Requests that begin a transaction. Each answers with the error codes in it, none where all is well:
 * "the former transaction is being completed" is the answer to every second one under load, and an
 * exception with an error for each of 24 partitions would be a tenth of the CPU of dedup.
 */
export const addPartitionsApi = createAPI(
  ADD_PARTITIONS,
  VERSION,
  addPartitionsToTxnV3.createRequest,
  (_correlationId: number, _apiKey: number, _version: number, reader: Reader) => {
    const codes = new Set<number>();
    reader.readInt32(); // throttle time
    reader.readArray(
      (inTopic) => {
        inTopic.readString();
        inTopic.readArray(
          (each) => {
            each.readInt32();
            codes.add(each.readInt16());
            each.readTaggedFields();
          },
          true,
          false,
        );
        inTopic.readTaggedFields();
      },
      true,
      false,
    );
    reader.readTaggedFields();
    codes.delete(0);
    return [...codes];
  },
);

export const addGroupApi = createAPI(
  ADD_OFFSETS,
  VERSION,
  addOffsetsToTxnV3.createRequest,
  (_correlationId: number, _apiKey: number, _version: number, reader: Reader) => {
    reader.readInt32(); // throttle time
    const code = reader.readInt16();
    reader.readTaggedFields();
    return code === 0 ? [] : [code];
  },
);
