import { type FormEvent, useState } from "react";
import type { Whoami } from "../../server/contract/index.ts";
import { ApiError, connect } from "../api/client.ts";
import { useTitle } from "../ui/use-title.ts";
import { Sail } from "./sail.tsx";

export interface SignInProps {
  /** Reason for another sign-in; null: first sign-in. */
  readonly notice: string | null;
  readonly onEnter: (who: Whoami) => void;
}
const whyOf = (error: unknown): string => {
  if (error instanceof ApiError) return error.status === 401 ? "This is not the token of this server." : error.message;
  return "The server does not answer.";
};

export const SignIn = ({ notice, onEnter }: SignInProps) => {
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  useTitle("Sign in");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
    setProblem(null);
    try {
      onEnter(await connect(() => {}).call("POST /api/v1/session", { body: { token: token.trim() } }));
    } catch (error) {
      setProblem(whyOf(error));
      setAsking(false);
    }
  };
  return (
    <main className="entrance">
      <form className="card sign-in" onSubmit={submit}>
        <p className="brand">
          <Sail />
          Squall
        </p>
        <h1>Sign in</h1>
        {notice !== null && <p className="notice">{notice}</p>}
        <p>
          This server asks for a token. <code>squall dashboard</code> opens this page signed in; <code>squall up</code>{" "}
          and <code>squall serve</code> name the file that holds the token when they start.
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
        <p className="small">It is exchanged for a session of 12 hours; this page keeps no token.</p>
      </form>
    </main>
  );
};
