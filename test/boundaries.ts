/** Who may import whom. The table is the design's; `boundaries.test.ts` walks every import of `src` against it. */

export interface Zone {
  readonly name: string;
  /** Which files belong to it, by path below `src/`. The first zone that matches counts. */
  readonly files: RegExp;
  /** Names of the zones that it may import, beside itself. */
  readonly zones: readonly string[];
  /** Packages that it may import; a name ending in `/` allows a whole scope. `node:` is every Node module. */
  readonly packages: readonly string[];
}

const ui = ['react', 'react-dom', 'lucide-react', 'radix-ui', 'cmdk', 'react-resizable-panels'];
const codeEditor = ['@codemirror/', '@lezer/'];
const tanstack = ['@tanstack/'];

export const zones: readonly Zone[] = [
  { name: 'contract', files: /^shared\/contract\//, zones: ['shared'], packages: ['zod', '@orpc/contract'] },
  { name: 'shared', files: /^shared\//, zones: ['contract'], packages: ['zod'] },

  {
    name: 'kind-form',
    files: /^nodes\/[^/]+\/\w+\.tsx$/,
    zones: ['shared', 'kit', 'kind', 'ui'],
    packages: ui,
  },
  {
    name: 'kind-run',
    files: /^nodes\/(?!_kit)[^/]+\/run\.ts$/,
    zones: ['shared', 'kit', 'kind'],
    packages: ['node:'],
  },
  { name: 'kit', files: /^nodes\/_kit\//, zones: ['shared', 'registry'], packages: ['zod'] },
  {
    name: 'registry-ui',
    files: /^nodes\/registry\.ui\.gen\.ts$/,
    zones: ['kind-form', 'kit', 'registry'],
    packages: ['react', 'lucide-react'],
  },
  {
    name: 'registry-run',
    files: /^nodes\/registry\.run\.gen\.ts$/,
    zones: ['kind-run', 'kit', 'registry'],
    packages: [],
  },
  { name: 'registry', files: /^nodes\/registry\.gen\.ts$/, zones: ['kind', 'kit'], packages: [] },
  { name: 'kind', files: /^nodes\/[^/]+\//, zones: ['shared', 'kit'], packages: ['zod'] },

  { name: 'protocol', files: /^main\/runner\/protocol\.ts$/, zones: ['shared'], packages: [] },
  {
    name: 'compile',
    files: /^main\/compile\//,
    zones: ['shared', 'registry', 'kit'],
    packages: ['node:', 'yaml', 'zod'],
  },
  {
    name: 'connectors',
    files: /^main\/connectors\//,
    zones: ['shared', 'contract'],
    packages: ['node:', 'pg', 'pg-copy-streams', 'mysql2', '@aws-sdk/'],
  },
  {
    name: 'runner',
    files: /^main\/runner\//,
    zones: ['shared', 'compile', 'registry', 'registry-run', 'kit', 'protocol', 'connectors'],
    packages: ['node:', '@duckdb/node-api', 'zod'],
  },
  {
    name: 'store',
    files: /^main\/store\//,
    zones: ['shared', 'contract'],
    packages: ['node:', 'better-sqlite3'],
  },
  {
    name: 'services',
    files: /^main\/services\//,
    zones: ['shared', 'contract', 'store', 'protocol', 'registry', 'kit'],
    packages: ['node:', 'zod', 'uuidv7'],
  },
  { name: 'platform', files: /^main\/platform\//, zones: ['shared', 'protocol'], packages: ['node:'] },
  {
    name: 'engine',
    files: /^main\/engine\//,
    zones: ['shared', 'contract', 'services', 'compile', 'platform', 'protocol', 'registry', 'kit'],
    packages: ['node:', 'uuidv7'],
  },
  {
    name: 'triggers',
    files: /^main\/triggers\//,
    zones: ['shared', 'contract', 'services', 'platform'],
    packages: ['node:', 'uuidv7', 'croner', 'chokidar'],
  },
  {
    name: 'outbound',
    files: /^main\/outbound\//,
    zones: ['shared', 'contract', 'services', 'platform'],
    packages: ['node:', 'uuidv7', 'ipaddr.js', 'nodemailer'],
  },
  {
    name: 'rpc',
    files: /^main\/rpc\//,
    zones: ['shared', 'contract', 'services', 'engine', 'triggers', 'outbound'],
    packages: ['node:', '@orpc/', 'zod', 'uuidv7'],
  },
  {
    name: 'transformations',
    files: /^main\/api\/transformations\//,
    zones: ['shared', 'registry', 'kit', 'kind', 'compile'],
    packages: ['zod'],
  },
  {
    name: 'api',
    files: /^main\/api\//,
    zones: [
      'shared',
      'contract',
      'services',
      'engine',
      'triggers',
      'outbound',
      'rpc',
      'registry',
      'kit',
      'transformations',
    ],
    packages: ['node:', 'fastify', '@fastify/', '@orpc/', '@node-oauth/', 'yaml', 'zod', 'pino', 'uuidv7'],
  },
  {
    name: 'app',
    files: /^main\/app\//,
    zones: [
      'shared',
      'contract',
      'store',
      'services',
      'engine',
      'triggers',
      'outbound',
      'compile',
      'platform',
      'api',
      'rpc',
      'protocol',
      'registry',
    ],
    packages: ['node:', 'pino', '@orpc/', 'fastify', 'zod'],
  },
  {
    name: 'electron',
    files: /^main\/electron\//,
    zones: ['shared', 'app', 'platform', 'rpc', 'bridge', 'protocol'],
    packages: ['node:', 'electron', 'zod'],
  },
  {
    name: 'cli',
    files: /^main\/cli\//,
    zones: ['shared', 'contract', 'app', 'platform'],
    packages: ['node:', 'commander', '@orpc/'],
  },

  { name: 'bridge', files: /^preload\/(bridge|channels)\.ts$/, zones: [], packages: [] },
  { name: 'preload', files: /^preload\//, zones: ['shared', 'bridge'], packages: ['electron'] },

  { name: 'ui', files: /^renderer\/ui\//, zones: [], packages: [...ui, ...codeEditor, ...tanstack] },
  {
    name: 'data',
    files: /^renderer\/data\//,
    zones: ['shared', 'contract', 'bridge'],
    packages: ['react', '@orpc/', ...tanstack],
  },
  {
    name: 'stores',
    files: /^renderer\/stores\//,
    zones: ['shared', 'contract', 'registry', 'kit'],
    packages: ['react', 'zustand', 'zundo'],
  },
  {
    name: 'graph',
    files: /^renderer\/graph\//,
    zones: ['shared', 'contract', 'registry', 'registry-ui', 'kit', 'ui'],
    packages: [...ui, '@xyflow/react', 'elkjs'],
  },
  {
    name: 'calendar',
    files: /^renderer\/calendar\//,
    zones: ['shared', 'contract', 'ui', 'data'],
    packages: [...ui, ...tanstack],
  },
  {
    name: 'access',
    files: /^renderer\/access\//,
    zones: ['shared', 'contract', 'ui', 'data'],
    packages: [...ui, ...tanstack],
  },
  {
    name: 'feature',
    files: /^renderer\/features\//,
    zones: [
      'shared',
      'contract',
      'registry',
      'registry-ui',
      'kit',
      'ui',
      'data',
      'graph',
      'calendar',
      'access',
      'stores',
    ],
    packages: [
      ...ui,
      ...codeEditor,
      ...tanstack,
      '@xyflow/react',
      'zod',
      'wouter',
      'elkjs',
      'zustand',
      'zundo',
    ],
  },
  {
    name: 'docs',
    files: /^renderer\/docs\//,
    zones: ['ui', 'stores'],
    packages: [...ui, 'swagger-ui-dist'],
  },
  {
    name: 'frame',
    files: /^renderer\/app\//,
    zones: ['shared', 'contract', 'feature', 'access', 'ui', 'data', 'stores'],
    packages: [...ui, ...tanstack, 'wouter'],
  },
];

export function zoneOf(path: string): Zone | undefined {
  return zones.find(({ files }) => files.test(path));
}

/** What one import breaks, or undefined. Paths are below `src/`; `to` is a path, or a package's name. */
export function brokenRule(from: string, to: { path: string } | { package: string }): string | undefined {
  const zone = zoneOf(from);
  if (!zone) return `${from} belongs to no zone of test/boundaries.ts`;
  if ('package' in to) {
    return zone.packages.some((allowed) => allowsPackage(allowed, to.package))
      ? undefined
      : `${zone.name} may not import the package ${to.package}`;
  }
  const target = zoneOf(to.path);
  if (!target) return `${to.path} belongs to no zone of test/boundaries.ts`;
  if (target !== zone) {
    return zone.zones.includes(target.name) ? undefined : `${zone.name} may not import ${target.name}`;
  }
  return foreignSibling(zone, from, to.path);
}

/** Kinds do not import other kinds; features do not import other features. */
function foreignSibling(zone: Zone, from: string, to: string): string | undefined {
  const depth = { kind: 2, 'kind-form': 2, 'kind-run': 2, feature: 3 }[zone.name];
  if (depth === undefined) return undefined;
  const owner = (path: string) => path.split('/').slice(0, depth).join('/');
  return owner(from) === owner(to) ? undefined : `${owner(from)} may not import ${owner(to)}`;
}

function allowsPackage(allowed: string, name: string): boolean {
  return allowed.endsWith('/') || allowed === 'node:' ? name.startsWith(allowed) : name === allowed;
}
