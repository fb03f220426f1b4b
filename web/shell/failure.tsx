/** Error boundary: a page that fails must not take the halt button away. */
import { Component, type ReactNode } from "react";

interface Props {
  /** Identity of the content; a new identity clears the error. */
  readonly of: string;
  readonly children: ReactNode;
}
export class Failure extends Component<Props, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override componentDidUpdate(before: Props): void {
    if (before.of !== this.props.of && this.state.error !== null) this.setState({ error: null });
  }
  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="card empty" role="alert">
        <h1>This page failed</h1>
        <p>
          It is a bug of the dashboard, not of your runs: they go on, and halting works. Reload the page; if it fails
          again, report what stands here.
        </p>
        <pre>{error.message}</pre>
        <p>
          <button type="button" onClick={() => window.location.reload()}>
            Reload
          </button>
        </p>
      </div>
    );
  }
}
