import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Patched to start faster, and for nothing else: unpatched they do the same, so they stay dependencies. */
const SAME_UNPATCHED: ReadonlySet<string> = new Set(['@platformatic/kafka']);

/**
 * Packages of which the workspace needs the patch: `kafkajs@2.2.4.patch` is one of `kafkajs`,
 * `@a__b@1.0.0.patch` one of `@a/b`.
 */
export function patchedPackages(root: string): readonly string[] {
  return readdirSync(join(root, 'patches'))
    .map((file) => file.slice(0, file.lastIndexOf('@')).replace('__', '/'))
    .filter((name) => !SAME_UNPATCHED.has(name));
}

/** What the licences of bundled packages ask for: that they go with the copy. */
export function licencesOf(names: readonly string[], root: string): string {
  const texts = names.map((name) => {
    const folder = join(root, 'libs/kafka/node_modules', name);
    const text = readFileSync(join(folder, 'LICENSE'), 'utf8').trim();
    return `${name} is contained, with changes.\n\n${text}\n`;
  });
  return texts.join('\n');
}
