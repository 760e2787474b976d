/** What of our own package.json the published one is made of. */
export interface OwnManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  /** Subpath to TypeScript source, for example `./run` to `./src/run.ts`. */
  readonly exports: Readonly<Record<string, string>>;
}

/** What of our own exports is published; the rest is for the other packages of the workspace. */
export const PUBLISHED: readonly string[] = ['.', './config', './run', './testing'];

/** The output file of a subpath, without its ending: `.` is `index`. */
export function fileOf(subpath: string): string {
  return subpath === '.' ? 'index' : subpath.slice('./'.length);
}

/**
 * The package.json that is published. Versions are exact: what is installed is what was tested.
 * @param dependencies of the code and of its types, by name
 */
export function publishedManifest(
  own: OwnManifest,
  dependencies: ReadonlyMap<string, string>,
): object {
  const { name, version, description, license } = own;
  const paths = PUBLISHED.map((subpath) => {
    const file = fileOf(subpath);
    return [subpath, { types: `./${file}.d.ts`, default: `./${file}.js` }];
  });
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    // The least that @platformatic/kafka runs on.
    engines: { node: '>=22.22.0' },
    exports: { ...Object.fromEntries(paths), './package.json': './package.json' },
    files: ['**/*.js', '**/*.d.ts', 'THIRD-PARTY-LICENSES.txt'],
    sideEffects: false,
    dependencies: Object.fromEntries([...dependencies].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
