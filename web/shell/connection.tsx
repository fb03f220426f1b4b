/** Connection indicator, on every page. */
import { useConnection } from "../api/traffic.ts";

const WORDS = { connecting: "Connecting…", live: "Live", lost: "Connection lost" } as const;

export const Connection = () => {
  const { is } = useConnection();
  return (
    <p className={`link ${is}`} role="status">
      <span className="dot" aria-hidden="true" />
      {WORDS[is]}
    </p>
  );
};
