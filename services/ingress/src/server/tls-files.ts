import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { BridgeError } from '@gemini-events/events';

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** uWebSockets.js says nothing about files that it cannot use. @throws BridgeError ERR_CONFIG_INVALID */
export function checkTlsFiles({ certFile, keyFile }: TlsFiles): void {
  try {
    createSecureContext({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BridgeError(
      'ERR_CONFIG_INVALID',
      `INGRESS_TLS_CERT_FILE and INGRESS_TLS_KEY_FILE cannot be used: ${why}`,
      { cause },
    );
  }
}
