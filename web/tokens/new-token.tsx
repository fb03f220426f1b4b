import { type FormEvent, useId, useState } from "react";
import type { TokenView } from "../../server/contract/index.ts";
import { ApiError } from "../api/client.ts";
import { useApiQuery, useWrite } from "../api/queries.ts";
import { queryFailureOf } from "../ui/query-failure.ts";
import { LIVES } from "./lives.ts";
import { type Created, Secret } from "./secret.tsx";

type Role = TokenView["role"];
const ROLES: readonly (readonly [Role, string])[] = [
  ["viewer", "viewer: reads"],
  ["operator", "operator: starts and halts runs"],
  ["admin", "admin: everything"],
  ["join", "join: lets agents of one service in"],
  ["agent", "agent: is one agent's own"],
];
const isBound = (role: Role): boolean => role === "join" || role === "agent";
const problemsOf = (error: Error): readonly string[] =>
  error instanceof ApiError && error.details.length > 0
    ? error.details.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    : [
        error instanceof ApiError
          ? error.message
          : `${queryFailureOf(error).why} Look below whether there is a new one.`,
      ];

export const NewToken = () => {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [service, setService] = useState("");
  const [life, setLife] = useState(2);
  const [created, setCreated] = useState<Created | null>(null);
  const create = useWrite("POST /api/v1/tokens");
  const mesh = useApiQuery("GET /api/v1/mesh", {}).data?.mesh ?? null;
  const id = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const expiresIn = LIVES[life]![1];
    const bound = isBound(role) && service.trim() !== "" ? { service: service.trim() } : {};
    const body = { name: name.trim(), role, ...bound, ...(expiresIn !== null && { expiresIn }) };
    try {
      setCreated(await create.mutateAsync({ body }));
      setName("");
    } catch {
      // The error stands below the form.
    }
  };
  return (
    <>
      {created !== null && <Secret key={created.id} created={created} onDone={() => setCreated(null)} />}
      <form className="bar new-token" onSubmit={submit} aria-label="New token">
        <label>
          Name
          <input
            required
            maxLength={63}
            placeholder="ci"
            pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?"
            title="lower-case letters, digits and inner hyphens"
            value={name}
            aria-describedby={`${id}-hint`}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label>
          Role
          <select value={role} onChange={(event) => setRole(event.target.value as Role)}>
            {ROLES.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {isBound(role) && (
          <label>
            Service
            <input
              required={role === "join"}
              list={`${id}-services`}
              placeholder={role === "join" ? "whose agents" : "any"}
              value={service}
              onChange={(event) => setService(event.target.value)}
            />
            <datalist id={`${id}-services`}>
              {mesh?.services.map((one) => (
                <option key={one.name} value={one.name} />
              ))}
            </datalist>
          </label>
        )}
        <label>
          Expires in
          <select value={life} onChange={(event) => setLife(Number(event.target.value))}>
            {LIVES.map(([word], index) => (
              <option key={word} value={index}>
                {word}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="main" disabled={create.isPending}>
          Create token
        </button>
        <p className="small" id={`${id}-hint`}>
          The name stands in lists and in the audit log: lower-case letters, digits and inner hyphens.
        </p>
        {create.error !== null && (
          <ul className="problem" role="alert">
            {problemsOf(create.error).map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
      </form>
    </>
  );
};
