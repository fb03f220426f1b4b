/** Loads the data of the form: the names of the experiments, and the edited document. */
import { useApiQuery } from "../../api/queries.ts";
import { useDocuments } from "../../api/use-documents.ts";
import { QueryState } from "../../ui/query-state.tsx";
import { ScheduleForm } from "./schedule-form.tsx";

const Edited = ({ name, experiments }: { readonly name: string; readonly experiments: readonly string[] }) => {
  const stored = useApiQuery("GET /api/v1/documents/:kind/:name", { params: { kind: "Schedule", name } });
  return (
    <QueryState of={stored}>
      {(data) => <ScheduleForm stored={data} experiment="" experiments={experiments} />}
    </QueryState>
  );
};
interface OpenedProps {
  /** Name of the edited schedule; null: a new schedule. */
  readonly edit: string | null;
  readonly experiment: string;
}
export const Opened = ({ edit, experiment }: OpenedProps) => {
  const experiments = useDocuments("Experiment").data?.map(({ name }) => name) ?? [];
  if (edit !== null) return <Edited key={edit} name={edit} experiments={experiments} />;
  return <ScheduleForm key={experiment} stored={null} experiment={experiment} experiments={experiments} />;
};
