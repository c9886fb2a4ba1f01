import { describe, expect, it } from 'vitest';
import { unknownKind, upgradeConfig } from './upgrade.ts';

const kind = {
  title: 'Filter',
  version: 3,
  upgrades: {
    1: (config: Record<string, unknown>) => ({ where: config.condition }),
    2: (config: Record<string, unknown>) => ({ ...config, strict: true }),
  },
};

const node = (v: number | undefined, config: Record<string, unknown>) => ({
  id: 'a',
  kind: 'filter',
  v,
  config,
});

describe('upgradeConfig', () => {
  it('takes an old config through every version between', () => {
    expect(upgradeConfig(node(1, { condition: 'x' }), kind).config).toEqual({ where: 'x', strict: true });
    expect(upgradeConfig(node(2, { where: 'x' }), kind).config).toEqual({ where: 'x', strict: true });
  });

  it('leaves a config of today, or of no version, as it is, and never changes the document', () => {
    const config = { where: 'x' };
    expect(upgradeConfig(node(3, config), kind).config).toEqual(config);
    expect(upgradeConfig(node(undefined, config), kind).config).toEqual(config);
    upgradeConfig(node(1, config), kind);
    expect(config).toEqual({ where: 'x' });
  });

  it('refuses a newer one by name', () => {
    expect(upgradeConfig(node(4, {}), kind).problem).toMatchObject({
      code: 'newer_config',
      nodeId: 'a',
      message: expect.stringMatching(/Filter .* version 4; this one knows 3/),
    });
  });
});

describe('unknownKind', () => {
  it('names the kind and one that is near', () => {
    expect(unknownKind(node(1, {}), ['filter-rows', 'join']).message).toMatch(/"filter".*"filter-rows"/);
  });
});
