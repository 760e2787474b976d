const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const LONGEST = 512;

/** Returns a key that is one. @throws TypeError */
export function checkedKey(key: string): string {
  if (key.length <= LONGEST && KEY.test(key)) return key;
  throw new TypeError(`no key of an object: ${key.slice(0, 80)}`);
}
