import { pageHref } from "../route.ts";
import { useTitle } from "../ui/use-title.ts";

export const UnknownPage = () => {
  useTitle("Nothing here");
  return (
    <div className="card empty">
      <h1>There is no such page</h1>
      <p>
        The address may be cut off. Go to the <a href={pageHref("mesh")}>mesh</a> or the{" "}
        <a href={pageHref("runs")}>runs</a>.
      </p>
    </div>
  );
};
