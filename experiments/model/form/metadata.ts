/** Envelope of every document: version, name, namespace, labels and annotations. */
import { z } from "zod";
import type { DocumentName } from "../names.ts";
import { DEFAULT_NAMESPACE, documentName } from "../notation/document-name.ts";
import { label, labels } from "../notation/name.ts";

export const metadata = z
  .strictObject({
    name: label.describe("The name, a DNS label; runs, schedules and reports are found by it."),
    namespace: label
      .prefault(DEFAULT_NAMESPACE)
      .describe("The namespace: documents of the same name in different namespaces are different documents."),
    labels: labels.prefault({}).describe("Words to select by, with `-l key=value`."),
    annotations: labels
      .prefault({})
      .describe(
        "Notes for tools: `squall.dev/expect` names the verdict that is expected, `squall.dev/public` variables that are not secret.",
      ),
  })
  .describe("Name, namespace, labels and annotations.");
/** Metadata of the model: the qualified name stands for name and namespace. */
export const toMetadata = ({
  name,
  namespace,
  ...rest
}: z.output<typeof metadata>): Omit<z.output<typeof metadata>, "name" | "namespace"> & {
  readonly name: DocumentName;
} => ({ name: documentName(name, namespace), ...rest });

export const apiVersion = z.literal("squall.dev/v1").describe("The version of the file form.");
