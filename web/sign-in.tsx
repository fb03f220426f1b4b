import { type FormEvent, useState } from "react";
import { ApiRefusal, connect } from "./api/client.ts";
import { useTitle } from "./look/use-title.ts";

export interface SignInProps {
  /** Why one has to sign in again; null: for the first time. */
  readonly notice: string | null;
  readonly onEnter: (token: string) => void;
}
const whyOf = (error: unknown): string => {
  if (error instanceof ApiRefusal)
    return error.status === 401 ? "This is not the token of this server." : error.message;
  return "The server does not answer.";
};

export const SignIn = ({ notice, onEnter }: SignInProps) => {
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  useTitle("Sign in");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const given = token.trim();
    setAsking(true);
    setProblem(null);
    try {
      await connect(given, () => {}).call("GET /api/v1/runs", {});
      onEnter(given);
    } catch (error) {
      setProblem(whyOf(error));
      setAsking(false);
    }
  };
  return (
    <form className="card sign-in" onSubmit={submit}>
      <h1>Sign in</h1>
      {notice !== null && <p className="notice">{notice}</p>}
      <p>
        This server wants its token. <code>squall up</code> and <code>squall serve</code> name the file that holds it
        when they start.
      </p>
      <label htmlFor="token">Token</label>
      <input
        id="token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        required
        value={token}
        aria-invalid={problem !== null}
        aria-describedby="token-problem"
        onChange={(event) => setToken(event.target.value)}
      />
      <p id="token-problem" className="problem" role="alert">
        {problem}
      </p>
      <button type="submit" className="main" disabled={asking || token.trim() === ""}>
        Sign in
      </button>
      <p className="small">It is kept in this tab only, until the tab is closed.</p>
    </form>
  );
};
