import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { orpc } from '../../../data/client.ts';
import { meaningKey } from '../../../graph/stale.ts';
import { useDocument, useEditor, useView } from '../state/editor-context.ts';

/** The value once it has rested for a while. */
export function useRested<Value>(value: Value, milliseconds: number): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return rested;
}

/** Asks for the columns at every step and all problems whenever what the document means has changed. */
export function useCheck(): void {
  const { view } = useEditor();
  const document = useDocument((current) => current);
  const rested = useRested(document, 250);
  const parameters = useView((state) => state.parameters);
  const key = useMemo(() => meaningKey(rested), [rested]);
  const options = orpc.editor.check.queryOptions({ input: { document: rested, parameters } });
  const { data, isFetching } = useQuery({
    ...options,
    // Moving a card or writing a note is no reason to ask again.
    queryKey: ['editor.check', key, parameters],
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
  });
  useEffect(() => {
    if (!data) return;
    view.setState({
      checked: {
        state: isFetching ? 'checking' : 'checked',
        columns: new Map(data.nodes.map((node) => [node.nodeId, node.ports])),
        problems: data.problems,
      },
    });
  }, [data, isFetching, view]);
}
