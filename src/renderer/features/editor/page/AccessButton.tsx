import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import { AccessDialog } from '../../../access/AccessDialog.tsx';
import { orpc } from '../../../data/client.ts';
import { useCommands } from '../../../stores/commands.ts';
import { IconButton } from '../../../ui/index.ts';
import { useDocument, useEditor } from '../state/editor-context.ts';

/** Opens how scripts reach this pipeline. */
export function AccessButton() {
  const { pipelineId } = useEditor();
  const name = useDocument((document) => document.name);
  const [open, setOpen] = useState(false);
  const { data: pipelines } = useQuery({ ...orpc.pipelines.list.queryOptions({ input: {} }), enabled: open });
  const environment = pipelines?.find(({ id }) => id === pipelineId)?.environment ?? null;
  useCommands(
    'editor-access',
    useMemo(
      () => [{ id: 'pipeline-access', title: 'API access', group: 'Pipeline', run: () => setOpen(true) }],
      [],
    ),
  );
  return (
    <>
      <IconButton label="API access" icon={KeyRound} onClick={() => setOpen(true)} />
      {open && <AccessDialog pipeline={{ id: pipelineId, name, environment }} close={() => setOpen(false)} />}
    </>
  );
}
