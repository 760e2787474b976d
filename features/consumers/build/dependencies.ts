import type { Importers } from './bundle.ts';
import { installedFor } from './packages.ts';

/**
 * The dependencies of the published package, in the versions that are installed here. A package that
 * only its types need, and that has none itself, is there by its `@types` package alone.
 */
export function dependenciesOf(ofCode: Importers, ofTypes: Importers): ReadonlyMap<string, string> {
  const wanted = new Map(ofCode);
  for (const [name, importer] of ofTypes) {
    const typesName = `@types/${name.replace(/^@/, '').replace('/', '__')}`;
    const hasTypesElsewhere = installedFor(importer, typesName) !== null;
    wanted.set(hasTypesElsewhere ? typesName : name, importer);
  }
  return new Map(
    [...wanted].map(([name, importer]) => {
      const found = installedFor(importer, name);
      if (found === null) throw new Error(`${importer} imports ${name}, which is not installed`);
      return [name, found.version];
    }),
  );
}
