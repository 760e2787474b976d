import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Packages that the workspace patches: `kafkajs@2.2.4.patch` is a patch of `kafkajs`. */
export function patchedPackages(root: string): readonly string[] {
  return readdirSync(join(root, 'patches')).map((file) => file.slice(0, file.lastIndexOf('@')));
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
