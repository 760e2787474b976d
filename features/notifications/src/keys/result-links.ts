import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey } from './sealer.ts';

/** The output that a link leads to. */
export interface ResultRef {
  readonly source: string;
  readonly resourceId: string;
  readonly type: string;
}

export interface ResultLinks {
  make(to: ResultRef, expiresAt: number): string;
  /** Null: not one of ours. */
  read(token: string): (ResultRef & { readonly expiresAt: number }) | null;
}

const TAG_BYTES = 32;

/**
 * Links to results that expire: what they lead to stands in them, signed, so nothing has to be remembered.
 * @param baseUrl where customers reach the API, for example `https://hooks.example.com`
 * @param keys the first one signs, all verify
 */
export function createResultLinks(baseUrl: string, keys: readonly Buffer[]): ResultLinks {
  const derived = keys.map((key) => deriveKey(key, 'links'));
  const tagOf = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const [newest] = derived;
  if (newest === undefined) throw new TypeError('no key to sign with');
  return {
    make({ source, resourceId, type }, expiresAt) {
      const text = JSON.stringify([source, resourceId, type, expiresAt]);
      const token = Buffer.concat([tagOf(newest, text), Buffer.from(text)]).toString('base64url');
      return `${baseUrl}/v1/results/${token}`;
    },
    read(token) {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length <= TAG_BYTES) return null;
      const text = bytes.toString('utf8', TAG_BYTES);
      const tag = bytes.subarray(0, TAG_BYTES);
      if (!derived.some((key) => timingSafeEqual(tagOf(key, text), tag))) return null;
      const [source, resourceId, type, expiresAt] = JSON.parse(text) as [
        string,
        string,
        string,
        number,
      ];
      return { source, resourceId, type, expiresAt };
    },
  };
}
