import type { HowMany } from "../../../experiments/model/mesh/selector.ts";
import type { Selection } from "../../../experiments/model/mesh/targets.ts";
import type { RouteRequest } from "../context.ts";

type Select = RouteRequest<"POST /api/v1/runs">["body"]["select"];

const howMany = (instances: number | string): HowMany =>
  typeof instances === "number" ? { count: instances } : { share: Number.parseFloat(instances) / 100 };

/** Converts the wire form to the model: `"50%"` is a share of 0.5. */
export const selectionOf = (select: Select): Selection =>
  Object.fromEntries(
    Object.entries(select).map(([service, { labels, instances }]) => [
      service,
      {
        ...(labels === undefined ? {} : { labels }),
        ...(instances === undefined ? {} : { instances: howMany(instances) }),
      },
    ]),
  );
