import { Component, type ReactNode } from 'react';
import { ErrorState } from '../ui/index.ts';

interface Props {
  /** A new value tries again: the place that is shown. */
  readonly resetKey: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
  readonly resetKey: string;
}

/** Keeps a bug of one page from taking the window with it; moving to another place recovers. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.resetKey ? null : { error: undefined, resetKey: props.resetKey };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <ErrorState
        title="This page stopped working"
        next="Nothing you saved is lost. Try again; if it happens once more, copy the details and report them."
        details={`${error.name}: ${error.message}\n${error.stack ?? ''}`}
        onRetry={() => this.setState({ error: undefined })}
      />
    );
  }
}
