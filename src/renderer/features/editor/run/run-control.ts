import type { RunMode, RunStep } from '../../../../shared/contract/domain.ts';
import type { AppEventOf } from '../../../../shared/contract/events.ts';
import { client } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { toast } from '../../../ui/index.ts';
import type { Editor } from '../state/editor-context.ts';
import { missingParameters } from './parameter-values.ts';

export interface RunWish {
  readonly mode: RunMode;
  /** Runs this step and what it needs. */
  readonly upTo?: string;
}

const terminal = new Set(['succeeded', 'failed', 'cancelled']);

/** Starts and follows runs of the open pipeline; the canvas reads their state from the view. */
export function createRunControl(editor: Editor) {
  const { view, documents, autosave, pipelineId } = editor;
  let wish: RunWish = { mode: 'inspect' };
  /** Steps may be announced before the answer that names the run. */
  let early: { runId: string; steps: readonly RunStep[] } | undefined;
  let starting = false;

  async function start(next: RunWish): Promise<void> {
    wish = next;
    const document = documents.getState().document;
    if (missingParameters(document, view.getState().parameters).length > 0) {
      view.setState({ dialog: 'run-parameters' });
      return;
    }
    if (starting) return;
    starting = true;
    try {
      if (!(await autosave.flush())) return tellUnsaved();
      const { base } = autosave.states.getState();
      const parameters = valuesOf(document);
      const summary = await client.runs.start({ pipelineId, revision: base, parameters, ...next });
      const steps = new Map(
        (early?.runId === summary.id ? early.steps : []).map((step) => [step.nodeId, step]),
      );
      view.setState({
        run: { summary, steps, document: documents.getState().document },
        announcement: 'Run started.',
      });
      await sync(summary.id);
    } catch (error) {
      const report = callError(error);
      if (report.code === 'invalid_pipeline') view.setState({ tab: 'problems' });
      toast.error('The run was not started.', { description: report.message });
    } finally {
      starting = false;
    }
  }

  function valuesOf(document: ReturnType<typeof documents.getState>['document']) {
    const { parameters } = view.getState();
    return Object.fromEntries(
      Object.entries(parameters).filter(([name]) => Object.hasOwn(document.parameters, name)),
    );
  }

  function tellUnsaved(): void {
    const { trouble } = autosave.states.getState();
    const reason =
      trouble?.kind === 'conflict' ? 'Choose first which version to keep.' : 'It could not be saved first.';
    toast.error('The run was not started.', {
      description: trouble?.kind === 'refused' ? trouble.message : reason,
    });
  }

  /** What the server knows of a run: at its start, at its end, and after the stream of events broke. */
  async function sync(runId: string): Promise<void> {
    try {
      const detail = await client.runs.get({ id: runId });
      const { run } = view.getState();
      if (run && run.summary.id !== runId) return;
      const steps = new Map(detail.steps.map((step) => [step.nodeId, step]));
      view.setState({ run: { summary: detail, steps, document: run?.document ?? detail.document } });
    } catch {
      // The next event, or the next time the editor opens, brings the state.
    }
  }

  return {
    start,
    /** The same wish again, after the parameters were given. */
    resume: () => start(wish),
    runTo: (upTo: string) => void start({ mode: 'inspect', upTo }),
    async cancel(): Promise<void> {
      const { run } = view.getState();
      if (!run) return;
      try {
        await client.runs.cancel({ id: run.summary.id });
      } catch (error) {
        const report = callError(error);
        if (report.code !== 'run_finished')
          toast.error('The run could not be cancelled.', { description: report.message });
      }
    },
    /** Shows the newest run of the pipeline when the editor opens. */
    async openLast(): Promise<void> {
      try {
        const { runs } = await client.runs.list({ pipelineId, limit: 1 });
        const [last] = runs;
        if (last && !view.getState().run) await sync(last.id);
      } catch {
        // The canvas works without the states of an old run.
      }
    },
    onSteps({ runId, steps, pipelineId: of }: AppEventOf<'run.steps'>): void {
      if (of !== pipelineId) return;
      const { run } = view.getState();
      if (run?.summary.id !== runId) {
        early = { runId, steps };
        return;
      }
      const merged = new Map(run.steps);
      for (const step of steps) merged.set(step.nodeId, step);
      view.setState({ run: { ...run, steps: merged } });
    },
    onRun({ run: summary }: AppEventOf<'run.changed'>): void {
      if (summary.pipelineId !== pipelineId) return;
      const { run } = view.getState();
      if (!run || run.summary.id !== summary.id) {
        // A run started elsewhere is shown once nothing of ours is in progress.
        if (!starting && (!run || terminal.has(run.summary.status))) {
          view.setState({ run: undefined });
          void sync(summary.id);
        }
        return;
      }
      const ends = terminal.has(summary.status) && !terminal.has(run.summary.status);
      view.setState({ run: { ...run, summary } });
      if (!ends) return;
      view.setState({ announcement: `Run ${summary.status}.` });
      void sync(summary.id);
    },
    sync: () => {
      const { run } = view.getState();
      if (run) void sync(run.summary.id);
    },
  };
}

export type RunControl = ReturnType<typeof createRunControl>;
