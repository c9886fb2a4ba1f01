import { type DragEvent, useMemo } from 'react';
import { client } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { definitionOf } from '../../../graph/kinds.ts';
import { nodeHeight, nodeWidth, type Point } from '../../../graph/places.ts';
import { toast } from '../../../ui/index.ts';
import { uploadFile } from '../files/upload.ts';
import { rememberUse } from '../palette/often-used.ts';
import { type Editor, useEditor } from '../state/editor-context.ts';
import { wireUnder } from './wire-under.ts';

/** Type of what the palette drags. */
export const dragType = 'application/x-sluice-kind';

/** Things dropped on the canvas: a kind from the palette, data files, a pipeline file. */
export function useCanvasDrops(toFlow: (point: Point) => Point) {
  const editor = useEditor();
  return useMemo(() => {
    const { view, actions } = editor;
    return {
      onDragOver(event: DragEvent) {
        const types = [...event.dataTransfer.types];
        if (!types.includes(dragType) && !types.includes('Files')) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        const wire = types.includes(dragType) ? wireUnder(event.clientX, event.clientY) : undefined;
        if (view.getState().dropWire !== wire) view.setState({ dropWire: wire });
      },
      onDragLeave() {
        view.setState({ dropWire: undefined });
      },
      onDrop(event: DragEvent) {
        view.setState({ dropWire: undefined });
        const pointer = toFlow({ x: event.clientX, y: event.clientY });
        const at = { x: pointer.x - nodeWidth / 2, y: pointer.y - nodeHeight / 2 };
        const kind = event.dataTransfer.getData(dragType);
        if (kind) {
          event.preventDefault();
          rememberUse(kind);
          const definition = definitionOf(kind);
          const between = definition && definition.inputs.length > 0 && definition.outputs.length > 0;
          const wire = between ? wireUnder(event.clientX, event.clientY) : undefined;
          actions.add(kind, wire ? { kind: 'wire', wire } : { kind: 'place' }, at);
          editor.canvas.current?.focus();
          return;
        }
        const files = [...event.dataTransfer.files];
        if (files.length === 0) return;
        event.preventDefault();
        void takeFiles(editor, files, at);
      },
    };
  }, [editor, toFlow]);
}

const kindOfEnding: readonly [RegExp, string][] = [
  [/\.(csv|tsv|txt)(\.(gz|zst))?$/i, 'csv-file'],
  [/\.(ndjson|jsonl)(\.(gz|zst))?$/i, 'json-file'],
  [/\.(parquet|pq)$/i, 'parquet-file'],
  [/\.json(\.(gz|zst))?$/i, 'json-file'],
];

async function takeFiles(editor: Editor, files: readonly File[], at: Point): Promise<void> {
  let row = 0;
  for (const file of files) {
    if (await takePipeline(file)) continue;
    const kind = kindOfEnding.find(([ending]) => ending.test(file.name))?.[1];
    if (!kind) {
      toast.warning(`${file.name} is not a file that a step can read.`, {
        description: 'CSV, JSON, NDJSON and Parquet files are.',
      });
      continue;
    }
    const path = await uploadFile(file);
    if (path === undefined) continue;
    editor.actions.add(kind, { kind: 'place' }, { x: at.x, y: at.y + row * 112 }, { path });
    row += 1;
  }
}

/** A pipeline in a .yaml or .json file becomes a pipeline of its own and is opened. */
async function takePipeline(file: File): Promise<boolean> {
  if (!/\.(ya?ml|json)$/i.test(file.name) || file.size > 4_000_000) return false;
  const text = await file.text();
  const format = /\.json$/i.test(file.name) ? 'json' : 'yaml';
  if (format === 'json' && !/"nodes"\s*:/.test(text)) return false;
  try {
    const { pipeline } = await client.pipelines.importText({ text, format });
    toast.success(`Imported “${pipeline.name}”.`);
    location.hash = `/pipelines/${pipeline.id}`;
  } catch (error) {
    toast.error(`${file.name} was not imported.`, { description: callError(error).message });
  }
  return true;
}
