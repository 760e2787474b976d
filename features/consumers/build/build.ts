/**
 * Makes the published package: `dist` gets JavaScript and declarations, with our private libraries
 * bundled in, and a package.json of its own. Nothing else of the workspace is built; it runs as it is.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { dts } from 'rolldown-plugin-dts';
import { bundle } from './bundle.ts';
import { emitDeclarations, resolveDeclarations } from './declarations.ts';
import { dependenciesOf } from './dependencies.ts';
import { fileOf, type OwnManifest, PUBLISHED, publishedManifest } from './manifest.ts';
import { licencesOf, patchedPackages } from './patched.ts';

const PACKAGE = join(import.meta.dirname, '..');
const ROOT = join(PACKAGE, '../..');
const DIST = join(PACKAGE, 'dist');
/** Our own libraries are private. */
const SCOPE = '@gemini-events/';

const patched = patchedPackages(ROOT);
const own = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as OwnManifest;
const sources = PUBLISHED.map((subpath) => {
  const source = own.exports[subpath];
  if (source === undefined) throw new Error(`${own.name} does not export ${subpath}`);
  return [fileOf(subpath), join(PACKAGE, source)] as const;
});

rmSync(DIST, { recursive: true, force: true });
const emitted = mkdtempSync(join(tmpdir(), 'gemini-events-declarations-'));
try {
  emitDeclarations(ROOT, emitted);
  const common = {
    // A patch of the workspace does not travel with a dependency: what is patched goes in as well.
    isInside: (name: string) => name.startsWith(SCOPE) || patched.includes(name),
    outDir: DIST,
  };
  const ofCode = await bundle({
    ...common,
    entries: Object.fromEntries(sources),
    plugins: [],
    ending: '.js',
  });
  const ofTypes = await bundle({
    ...common,
    entries: Object.fromEntries(
      sources.map(([name, source]) => [
        name,
        join(emitted, relative(ROOT, source)).replace(/\.ts$/, '.d.ts'),
      ]),
    ),
    plugins: [
      resolveDeclarations({ root: ROOT, emitted, scope: SCOPE }),
      // Its generator has nothing to do: the declarations are there.
      ...dts({ dtsInput: true, generator: 'oxc', tsconfig: false }),
    ],
    ending: '.d.ts',
  });
  const typesFrom = new Map(
    [...ofTypes].map(([name, file]) => [name, join(ROOT, relative(emitted, file))]),
  );
  const dependencies = dependenciesOf(ofCode, typesFrom);
  const manifest = publishedManifest(own, dependencies);
  writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
} finally {
  rmSync(emitted, { recursive: true, force: true });
}
writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), licencesOf(patched, ROOT));
copyFileSync(join(ROOT, 'LICENSE'), join(DIST, 'LICENSE'));
copyFileSync(join(PACKAGE, 'README.md'), join(DIST, 'README.md'));
process.stdout.write(`${own.name} ${own.version}: ${relative(process.cwd(), DIST)}\n`);
