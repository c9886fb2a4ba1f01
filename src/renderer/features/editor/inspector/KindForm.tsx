import { ChevronRight } from 'lucide-react';
import { type ComponentType, lazy, Suspense, useCallback, useMemo, useState } from 'react';
import type { NodeDefinition } from '../../../../nodes/_kit/define-node.ts';
import type { NodeFormProps } from '../../../../nodes/_kit/form-props.ts';
import { forms } from '../../../../nodes/registry.ui.gen.ts';
import type { PipelineNode } from '../../../../shared/pipeline/document.ts';
import type { Problem } from '../../../../shared/pipeline/problem.ts';
import { nodeById, portsOf, wiresOf } from '../../../graph/ports.ts';
import { cx, Skeleton } from '../../../ui/index.ts';
import { type FormField, formFields, isFolded, isShown, problemsOf } from '../form/form-model.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';
import { FormFieldView } from './FormFieldView.tsx';

interface KindFormProps {
  node: PipelineNode;
  definition: NodeDefinition;
  problems: readonly Problem[];
}

/** The form of a kind: its own where it brings one, else made from its schema and hints. */
export function KindForm(props: KindFormProps) {
  const Own = ownForm(props.definition.kind);
  return Own ? <OwnForm {...props} Form={Own} /> : <HintForm {...props} />;
}

const loaded = new Map<string, ComponentType<NodeFormProps>>();

function ownForm(kind: string): ComponentType<NodeFormProps> | undefined {
  const load = Object.hasOwn(forms, kind) ? forms[kind as keyof typeof forms] : undefined;
  if (!load) return undefined;
  const known = loaded.get(kind) ?? lazy(load);
  loaded.set(kind, known);
  return known;
}

function OwnForm({ node, problems, Form }: KindFormProps & { Form: ComponentType<NodeFormProps> }) {
  const { actions } = useEditor();
  const document = useDocument((current) => current);
  const columns = useView((view) => view.checked.columns);
  const inputs = useMemo(() => {
    const wires = wiresOf(document).filter((wire) => wire.to.node === node.id);
    return Object.fromEntries(
      portsOf(document, node).inputs.map(({ name }) => [
        name,
        wires
          .filter((wire) => wire.to.port === name)
          .map((wire) => columns.get(wire.from.node)?.[wire.from.port] ?? []),
      ]),
    );
  }, [columns, document, node]);
  return (
    <Suspense fallback={<Skeleton lines={4} />}>
      <Form
        nodeId={node.id}
        config={node.config}
        inputs={inputs}
        problems={problems}
        onChange={(config) => actions.configure(node.id, config)}
      />
    </Suspense>
  );
}

function HintForm({ node, definition, problems }: KindFormProps) {
  const fields = useMemo(() => formFields(definition), [definition]);
  const [open, setOpen] = useState(false);
  const shown = fields.filter((field) => isShown(field, node.config, fields));
  const folded = shown.filter(
    (field) => isFolded(field, node.config) && problemsOf(problems, field.key).length === 0,
  );
  const plain = shown.filter((field) => !folded.includes(field));
  if (fields.length === 0) return <p className="text-muted">This step has nothing to set.</p>;
  return (
    <>
      {plain.map((field) => (
        <BoundField key={field.key} node={node} field={field} problems={problems} />
      ))}
      {folded.length > 0 && (
        <section aria-label="More settings" className="border-t border-line pt-2">
          <button
            type="button"
            aria-expanded={open}
            className="flex h-6 max-w-full items-center gap-1 rounded-sm text-meta font-medium text-muted hover:text-ink"
            onClick={() => setOpen(!open)}
          >
            <ChevronRight
              size={13}
              aria-hidden
              className={cx('shrink-0 transition-transform', open && 'rotate-90')}
            />
            More
            {!open && (
              <span className="min-w-0 truncate font-normal text-faint">
                {folded
                  .map((field) =>
                    field.hint.label.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase()),
                  )
                  .slice(0, 3)
                  .join(', ')}
                {folded.length > 3 ? ' …' : ''}
              </span>
            )}
          </button>
          {open && (
            <div className="mt-3 space-y-4">
              {folded.map((field) => (
                <BoundField key={field.key} node={node} field={field} problems={problems} />
              ))}
            </div>
          )}
        </section>
      )}
    </>
  );
}

/** Joins a field to the config. The node is read again at the moment of a change, so that no edit works on an old one. */
function BoundField({
  node,
  field,
  problems,
}: {
  node: PipelineNode;
  field: FormField;
  problems: readonly Problem[];
}) {
  const { actions, documents } = useEditor();
  const own = useMemo(() => problemsOf(problems, field.key), [problems, field.key]);
  const patch = useCallback(
    (values: Record<string, unknown>, typing: boolean) => {
      const latest = nodeById(documents.getState().document, node.id);
      if (latest) actions.configure(node.id, { ...latest.config, ...values }, typing ? field.key : undefined);
    },
    [actions, documents, field.key, node.id],
  );
  const onChange = useCallback(
    (value: unknown, typing = false) => patch({ [field.key]: value }, typing),
    [field.key, patch],
  );
  const onPatch = useCallback((values: Record<string, unknown>) => patch(values, true), [patch]);
  return (
    <FormFieldView
      node={node}
      field={field}
      value={node.config[field.key]}
      problems={own}
      onChange={onChange}
      onPatch={onPatch}
    />
  );
}
