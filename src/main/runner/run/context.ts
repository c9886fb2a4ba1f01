import type { CompiledGraph } from '../../compile/index.ts';
import type { Database } from '../database.ts';
import type { TaskFailure } from '../failure.ts';
import type { Delivery, RunOutput, RunTask } from '../protocol.ts';
import type { Scope } from './plan-steps.ts';
import type { RowCounts } from './row-counts.ts';
import type { RunLog } from './run-log.ts';
import type { StepBoard } from './step-board.ts';

/** Everything that the parts of one run share. */
export interface RunContext {
  readonly task: RunTask;
  readonly graph: CompiledGraph;
  readonly scope: Scope;
  readonly database: Database;
  readonly board: StepBoard;
  readonly log: RunLog;
  /** Port -> the table expression of rows that need not be computed again. */
  readonly materialised: Map<string, string>;
  readonly counts: RowCounts;
  readonly outputs: RunOutput[];
  /** What sources are to get once all of the run is computed. */
  readonly deliveries: Delivery[];
  /** Source node -> how many of its rows did not fit and were skipped. */
  readonly rejected: Map<string, number>;
  /** Ends the task with this failure at once, and the process with it: a statement does not stop. */
  readonly stuck?: ((failure: TaskFailure) => void) | undefined;
}

/** What one statement came to. */
export interface StepFigures {
  readonly rows: number;
  readonly bytes?: number;
}

export type OnProgress = (percent: number) => void;
