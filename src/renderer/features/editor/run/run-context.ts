import { createContext, useContext } from 'react';
import type { RunControl } from './run-control.ts';

export const RunContext = createContext<RunControl | undefined>(undefined);

export function useRunControl(): RunControl {
  const control = useContext(RunContext);
  if (!control) throw new Error('Internal error: this part is drawn outside an editor');
  return control;
}
