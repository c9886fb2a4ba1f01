import { definitionOf } from '../../../../nodes/_kit/registry.ts';
import { SluiceError } from '../../../../shared/errors/sluice-error.ts';
import { canonicalJson } from '../../../../shared/kernel/json.ts';
import type { PipelineDocument, PipelineNode } from '../../../../shared/pipeline/document.ts';
import { upgradeConfig } from '../../../../shared/pipeline/upgrade.ts';
import type { FindDataset } from '../operations/operation.ts';
import { readOperation } from '../operations/read.ts';
import { numbered } from '../transformations.ts';
import { type ChainNode, readChain } from './read-chain.ts';
import { sinkFormOf, sourceFormOf } from './read-ends.ts';
import type { Step } from './steps.ts';
import { rejectedName, stepsToDocument } from './to-document.ts';

/**
 * A document as the steps that make it. Undefined where it is no chain, or where steps would lose a part of what it
 * does: the steps are turned into a document again and have to mean the same.
 */
export function documentToSteps(document: PipelineDocument): Step[] | undefined {
  const chain = readChain(document);
  const steps = chain && stepsOf(chain, document.name);
  if (!chain || !steps) return undefined;
  try {
    const made = stepsToDocument(steps, { name: document.name, findDataset: versionsIn(document) });
    const again = readChain(made);
    return again && meaning(again) === meaning(chain) && !namesOldIds(chain, again) ? steps : undefined;
  } catch (error) {
    // The guess was no list of steps.
    if (error instanceof SluiceError) return undefined;
    throw error;
  }
}

function stepsOf(chain: readonly ChainNode[], name: string): Step[] | undefined {
  const steps: unknown[] = [];
  let checks = 0;
  for (let at = 0; at < chain.length; ) {
    const node = (chain[at] as ChainNode).node;
    const ports = definitionOf(node.kind);
    if (ports?.inputs.length === 0 || ports?.outputs.length === 0) {
      const isSource = ports.inputs.length === 0;
      const config = isSource ? sourceFormOf(node) : sinkFormOf(node, name);
      if (!config) return undefined;
      steps.push({ type: isSource ? 'source' : 'sink', config });
      at += 1;
      continue;
    }
    if (node.kind === 'validate') checks += 1;
    const found = readOperation(chain, at, numbered(rejectedName(name), checks) ?? '');
    if (!found) return undefined;
    steps.push({ type: 'transform', config: { operation: found.operation, ...found.form } });
    at += found.taken;
  }
  return steps as Step[];
}

/** Versions that the document itself names: their ids stand for them again. */
function versionsIn({ nodes }: PipelineDocument): FindDataset {
  const known = new Map(
    nodes
      .filter(
        ({ kind, config }) =>
          kind === 'dataset' && typeof config.version_id === 'string' && config.version_id !== '',
      )
      .map(({ config }) => [String(config.version_id), String(config.name)]),
  );
  return (id) => {
    const name = known.get(id);
    return name === undefined ? undefined : { name, versionId: id };
  };
}

/** What a chain does, whatever its nodes are called and wherever they stand. */
function meaning(chain: readonly ChainNode[]): string {
  return canonicalJson(
    chain.map(({ node, rejected, reference }) => [
      work(node),
      rejected && work(rejected),
      reference && [work(reference.source), reference.fields && work(reference.fields)],
    ]),
  );
}

/** A node's kind and its config with all defaults written out. */
function work(node: PipelineNode): unknown {
  const definition = definitionOf(node.kind);
  const config = definition && upgradeConfig(node, definition).config;
  const parsed = definition?.config.safeParse(config);
  // An older spelling of the config and an invalid one are compared as they are.
  return [node.kind, parsed?.success ? parsed.data : config];
}

/** Texts may call the rows before them by their node's id, which steps do not keep. */
function namesOldIds(chain: readonly ChainNode[], again: readonly ChainNode[]): boolean {
  return chain.some(({ node }, at) => {
    const before = chain[at - 1]?.node.id;
    if (before === undefined || before === again[at - 1]?.node.id) return false;
    const mention =
      node.kind === 'sql' ? new RegExp(`\\b${before}\\b`, 'i') : new RegExp(`\\b${before}"?\\s*\\.`, 'i');
    return mention.test(JSON.stringify(node.config).replaceAll('\\"', '"'));
  });
}
