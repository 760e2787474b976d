import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The services of the checkout that this command line belongs to. */
export const SERVICES_DIR = fileURLToPath(new URL('../../../../services/', import.meta.url));

/**
 * The consumers of a checkout, by name. A consumer is a folder of `services/consumers` with a `main.ts`;
 * the folder is called as the consumer itself, as its group and its topics are.
 */
export function findConsumers(servicesDir: string = SERVICES_DIR): readonly string[] {
  const dir = join(servicesDir, 'consumers');
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => existsSync(join(dir, name, 'src/main.ts')))
    .sort();
}
