/** An experiment in file form as YAML; a file of its own, so that the writer of YAML is loaded only by who looks. */
import { useMemo } from "react";
import { stringify } from "yaml";

export const FileText = ({ source }: { readonly source: unknown }) => {
  const text = useMemo(() => stringify(source, { lineWidth: 100 }), [source]);
  return <pre className="file">{text}</pre>;
};
