/** An experiment as YAML; a separate file, so that the YAML writer is loaded only when the text is opened. */
import { useMemo } from "react";
import { stringify } from "yaml";

export const FileText = ({ source }: { readonly source: unknown }) => {
  const text = useMemo(() => stringify(source, { lineWidth: 100 }), [source]);
  return <pre className="file">{text}</pre>;
};
