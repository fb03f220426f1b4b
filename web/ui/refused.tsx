/** Refusal by the server, with each path that the refusal names. */
import { formatPath } from "../../experiments/model/document/issue.ts";
import { ApiError } from "../api/client.ts";
import { queryFailureOf } from "./query-failure.ts";

const detailsOf = (error: Error) => (error instanceof ApiError ? error.details : []);

/** `error`: the refusal; null: no refusal. */
export const Refused = ({ error }: { readonly error: Error | null }) => {
  if (error === null) return null;
  const details = detailsOf(error);
  return (
    <div className="problem" role="alert">
      <p>{error instanceof ApiError ? error.message : queryFailureOf(error).why}</p>
      {details.length > 0 && (
        <ul className="details">
          {details.map(({ path, message }) => (
            <li key={`${formatPath(path)} ${message}`}>
              {path.length > 0 && <code>{formatPath(path)}</code>} {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
};

/** Failed write: without an answer, the page cannot know whether the write took effect. */
export const Unwritten = ({ error }: { readonly error: Error | null }) => (
  <>
    <Refused error={error} />
    {error !== null && !(error instanceof ApiError) && (
      <p className="small">Whether it was done is not known: look before you try again.</p>
    )}
  </>
);
