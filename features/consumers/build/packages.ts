import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The package that a module name belongs to: `@a/b/c` to `@a/b`, `pg/lib/x` to `pg`. */
export function packageOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

/** A package as it is installed for a file, where it really is; null where that file cannot see it. */
export function installedFor(
  file: string,
  name: string,
): { readonly folder: string; readonly version: string } | null {
  for (let at = dirname(file); ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    const path = join(folder, 'package.json');
    if (existsSync(path)) {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
      return { folder: realpathSync(folder), version };
    }
    if (at === dirname(at)) return null;
  }
}
