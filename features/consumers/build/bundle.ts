import { isBuiltin } from 'node:module';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { packageOf } from './packages.ts';

/** Where a package that stays outside of the bundle was asked for. */
export type Importers = ReadonlyMap<string, string>;

/**
 * Bundles the entries into a folder.
 * @param options.isInside whether a package goes into the bundle
 * @returns the packages that the bundle still imports, each with a module that asks for it
 */
export async function bundle(options: {
  /** File to begin with, by the name of the output. */
  readonly entries: Readonly<Record<string, string>>;
  readonly isInside: (packageName: string) => boolean;
  readonly plugins: readonly Plugin[];
  readonly outDir: string;
  /** Of the output files: `.js`, `.d.ts`. */
  readonly ending: string;
}): Promise<Importers> {
  const { entries, isInside, plugins, outDir, ending } = options;
  const asked = new Map<string, string>();
  const external = (module: string, importer: string | undefined): boolean => {
    if (isBuiltin(module)) return true;
    if (importer === undefined || /^[./\0]/.test(module)) return false;
    const name = packageOf(module);
    if (isInside(name)) return false;
    asked.set(name, importer);
    return true;
  };
  const build = await rolldown({
    input: { ...entries },
    platform: 'node',
    external,
    plugins: [...plugins],
    // What is imported for a type or a name alone shall not be loaded.
    treeshake: { moduleSideEffects: false },
  });
  try {
    const { output } = await build.write({
      dir: outDir,
      format: 'esm',
      entryFileNames: `[name]${ending}`,
      chunkFileNames: `shared/[name]${ending}`,
    });
    const kept = packagesOf(output.filter((each) => each.type === 'chunk'));
    return new Map([...asked].filter(([name]) => kept.has(name)));
  } finally {
    await build.close();
  }
}

function packagesOf(chunks: readonly OutputChunk[]): ReadonlySet<string> {
  const modules = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
  return new Set(modules.map(packageOf));
}
