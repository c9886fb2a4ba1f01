import { createContext } from 'react';
import type { RunStep } from '../../../../shared/contract/domain.ts';
import type { MenuItems } from '../../../ui/index.ts';

/** What can be done with a step, for the cards: React Flow hands them nothing but their data. */
export const StepMenus = createContext<(step: RunStep) => MenuItems>(() => []);
