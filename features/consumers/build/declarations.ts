import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Plugin } from 'rolldown';
import { installedFor, packageOf } from './packages.ts';

/**
 * Writes the declarations of our libraries below a folder, by their paths in the workspace. The compiler
 * does it itself: TypeScript 7 has no API that a bundler could call.
 */
export function emitDeclarations(root: string, outDir: string): void {
  const tsc = join(root, 'node_modules/.bin/tsc');
  const project = join(import.meta.dirname, 'tsconfig.json');
  execFileSync(tsc, ['-p', project, '--outDir', outDir], { stdio: 'inherit' });
}

/** Finds the emitted declarations of our own modules, which still import each other by their sources. */
export function resolveDeclarations(options: {
  readonly root: string;
  readonly emitted: string;
  readonly scope: string;
}): Plugin {
  const { root, emitted, scope } = options;
  const declarationOf = (source: string): string =>
    join(emitted, relative(root, source)).replace(/\.ts$/, '.d.ts');
  return {
    name: 'our-declarations',
    resolveId: {
      order: 'pre',
      handler(id, importer) {
        if (importer?.startsWith(emitted) !== true) return null;
        if (id.startsWith('.')) return resolve(dirname(importer), id.replace(/\.ts$/, '.d.ts'));
        if (!id.startsWith(scope)) return null;
        return declarationOf(sourceOf(id, join(root, relative(emitted, importer))));
      },
    },
  };
}

/** The source file that a package of ours exports under a module name. */
function sourceOf(id: string, importer: string): string {
  const name = packageOf(id);
  const folder = installedFor(importer, name)?.folder;
  if (folder === undefined) throw new Error(`${importer}: ${name} is not installed`);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly exports: string | Readonly<Record<string, string>>;
  };
  const file = typeof exports === 'string' ? exports : exports[`.${id.slice(name.length)}`];
  if (file === undefined) throw new Error(`${name} does not export ${id}`);
  return join(folder, file);
}
