import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { brokenRule, zoneOf } from './boundaries.ts';

const root = join(import.meta.dirname, '..', 'src');
const isTestOnly = (path: string) => /\.test\.tsx?$|test-kit|\/testing\/|workbench/.test(path);
const sources = globSync('**/*.{ts,tsx}', { cwd: root }).filter(
  (path) => !isTestOnly(path) && !path.endsWith('.d.ts'),
);

interface Import {
  readonly specifier: string;
  readonly line: number;
}

function importsOf(path: string): Import[] {
  const text = readFileSync(join(root, path), 'utf8');
  const { module } = parseSync(path, text);
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  const found = module.staticImports.map(({ moduleRequest }) => moduleRequest);
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest) found.push(moduleRequest);
  }
  const fixed = found.map(({ value, start }) => ({ specifier: value, line: lineAt(start) }));
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const literal = /^['"](.+)['"]$/.exec(text.slice(start, end))?.[1];
    return literal ? [{ specifier: literal, line: lineAt(start) }] : [];
  });
  return [...fixed, ...dynamic];
}

function targetOf(from: string, specifier: string): { path: string } | { package: string } | undefined {
  if (/\.(css|svg|sql|html)(\?.*)?$/.test(specifier)) return undefined;
  if (specifier.startsWith('.'))
    return { path: normalize(join(dirname(from), specifier.replace(/\?.*$/, ''))) };
  if (specifier.startsWith('node:')) return { package: specifier };
  const parts = specifier.split('/');
  return { package: specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier) };
}

describe('the import arrows of the design', () => {
  test('every source file belongs to a zone', () => {
    expect(sources.filter((path) => !zoneOf(path))).toEqual([]);
  });

  test('no import goes where the table allows none', () => {
    const broken = sources.flatMap((path) =>
      importsOf(path).flatMap(({ specifier, line }) => {
        const target = targetOf(path, specifier);
        const rule = target && brokenRule(path, target);
        return rule ? [`src/${path}:${line} imports ${specifier}: ${rule}`] : [];
      }),
    );
    expect(broken).toEqual([]);
  });

  test.each([
    ['shared/kernel/ids.ts', { package: 'node:fs' }],
    ['shared/kernel/ids.ts', { path: 'main/store/open-store.ts' }],
    ['nodes/filter/plan.ts', { path: 'nodes/join/plan.ts' }],
    ['main/services/runs.ts', { package: 'better-sqlite3' }],
    ['main/engine/index.ts', { package: '@duckdb/node-api' }],
    ['main/api/build-api.ts', { path: 'main/store/open-store.ts' }],
    ['main/app/create-app.ts', { path: 'main/electron/main.ts' }],
    ['renderer/features/runs/RunPage.tsx', { path: 'renderer/features/editor/EditorPage.tsx' }],
    ['renderer/ui/Button.tsx', { path: 'shared/kernel/ids.ts' }],
    ['renderer/app/App.tsx', { package: 'electron' }],
  ])('%s may not import %o', (from, to) => {
    expect(brokenRule(from, to)).toBeTypeOf('string');
  });
});
