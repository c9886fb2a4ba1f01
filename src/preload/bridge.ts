/** The one object that the desktop shell's preload exposes to the page. Absent in a browser. */
export interface SluiceBridge {
  readonly head: 'electron';
  readonly platform: string;
  /** The app's contract over a port; each call hands over a fresh one. */
  connect(): Promise<MessagePort>;
  /** A native open dialog. The chosen file is granted to the pipeline; null when the person cancelled. */
  pickFile(request: { pipelineId?: string; extensions?: string[] }): Promise<string | null>;
  pickSaveFile(request: { pipelineId?: string; suggestedName?: string }): Promise<string | null>;
  /** A native dialog for a folder; null when the person cancelled. It grants nothing by itself. */
  pickFolder(): Promise<string | null>;
  showInFolder(path: string): Promise<void>;
}
