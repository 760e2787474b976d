import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * uWebSockets.js says nothing about files that it cannot use.
 * @returns what is wrong with them, as the end of a sentence; null when nothing is
 */
export function checkTlsFiles({ certFile, keyFile }: TlsFiles): string | null {
  try {
    createSecureContext({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
    return null;
  } catch (error) {
    return `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}
