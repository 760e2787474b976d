import { BridgeError } from '@gemini-events/events';

/** Runs a call of a store; its failure gets the code ERR_OBJECT_STORE. */
export async function stored<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof BridgeError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BridgeError('ERR_OBJECT_STORE', `the object store failed: ${why}`, { cause });
  }
}

export function missing(key: string): BridgeError {
  return new BridgeError('ERR_OBJECT_MISSING', `there is no object ${key}`, { data: { key } });
}
