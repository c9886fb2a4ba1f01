import type { PipelineDocument } from '../../../../shared/pipeline/document.ts';
import { nodeById, type PortRef, portsOf, titleOf, wiresOf } from '../../../graph/ports.ts';

/** One set of rows that the data panel can show for a step: what it gives, or what arrives. */
export interface DataSide {
  readonly key: string;
  readonly label: string;
  readonly ref: PortRef;
}

/** What there is to see at a step: its outputs first (a sink shows what it would write), then its inputs. */
export function dataSides(document: PipelineDocument, nodeId: string): DataSide[] {
  const node = nodeById(document, nodeId);
  if (!node) return [];
  const { outputs } = portsOf(document, node);
  const own: DataSide[] =
    outputs.length === 0
      ? [{ key: 'own', label: 'Rows to save', ref: { node: nodeId, port: 'in' } }]
      : outputs.map((port) => ({
          key: `out ${port.name}`,
          label: outputs.length === 1 ? 'Output' : `Output ${port.label}`,
          ref: { node: nodeId, port: port.name },
        }));
  const arriving = wiresOf(document).filter((wire) => wire.to.node === nodeId);
  const inputs = arriving.map((wire): DataSide => {
    const from = nodeById(document, wire.from.node);
    return {
      key: `in ${wire.id}`,
      label: arriving.length === 1 ? 'Input' : `Input: ${from ? titleOf(from) : wire.from.node}`,
      ref: wire.from,
    };
  });
  return [...own, ...inputs];
}
