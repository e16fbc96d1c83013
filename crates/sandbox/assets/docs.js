// The reference of the two APIs, with calls that go to this sandbox, signed in as demo.

const control = location.search === "?control";
const root = location.pathname.replace(/\/[^/]*$/, "");
const base = location.origin + root;
const addresses = control ? "/control.json" : "/openapi.json";
document.querySelector(`header nav a[href="${control ? "docs?control" : "docs"}"]`).setAttribute("aria-current", "page");

const GRANT = new URLSearchParams({ grant_type: "password", username: "demo", password: "demo" });

async function signIn(...request) {
  const answer = await fetch(...request);
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return (await answer.json()).access_token;
}

const read = async (path) => (await fetch(root + path)).json();
const [document_, sandbox, examples] = await Promise.all([addresses, "/__sandbox", "/examples.json"].map(read));
document_.servers = [{ url: base, description: "this sandbox" }];
// What every operation takes as the page opens: values of this sandbox instead of the document's.
examples[control ? "/__sandbox/blobs" : "/api/v1/Carrier/GetDocument"] = { name: await paper() };
for (const [path, item] of Object.entries(document_.paths)) {
  for (const operation of Object.values(item)) {
    prefill(operation, examples[path] ?? {});
    if (operation?.["x-mcp-server"] === "portal") {
      operation.servers = [{ url: sandbox.portal, description: "this sandbox's portal" }];
    }
  }
}

function meant(part) {
  return part.$ref?.split("/").slice(1).reduce((part, name) => part[name], document_) ?? part;
}

function prefill(operation, values) {
  // Each has its own: what several share has another value here and there.
  if (operation?.parameters) operation.parameters = operation.parameters.map((parameter) => ({ ...meant(parameter) }));
  for (const parameter of operation.parameters ?? []) {
    if (parameter.name in values) parameter.example = values[parameter.name];
    else if (/^(from|to)Date$/.test(parameter.name)) parameter.example = hour(parameter.name === "toDate");
  }
  for (const media of Object.keys(values).length ? Object.values(operation.requestBody?.content ?? {}) : []) {
    const parts = meant(media.schema);
    if (!Object.keys(values).every((name) => name in (parts.properties ?? {}))) continue;
    delete media.examples;
    media.example = values;
    for (const [name, value] of Object.entries(values)) parts.properties[name].example = value;
  }
}

// The last hour of the sandbox's time, in the form that the API takes.
function hour(end) {
  const at = new Date(sandbox.clock.now).getTime() - (end ? 0 : 3_600_000);
  return new Date(at).toISOString().slice(0, 19);
}

async function paper() {
  const carrier = await read("/__sandbox/carriers/23868");
  return carrier.answers?.GetCarrierData?.CarrierW9Forms?.[0]?.CarrierW9FormImages?.[0]?.BlobName ?? "";
}

let token, portalToken;
const ui = window.SwaggerUIBundle({
  spec: document_,
  domNode: document.getElementById("reference"),
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  persistAuthorization: false,
  // Names and passwords are for this sandbox alone.
  requestInterceptor: (request) => {
    const [own] = [[base, token], [sandbox.portal, portalToken]].filter(([host]) => request.url.startsWith(`${host}/`));
    if (own?.[1] && !request.headers.Authorization) request.headers.Authorization = `bearer ${own[1]}`;
    return request;
  },
  // The sandbox's time may have been skipped past the token's end.
  responseInterceptor: async (response) => {
    if (response.status === 401 && token) await renew("Signed in as demo again: execute it once more.");
    return response;
  },
});
window.ui = ui;

async function renew(text) {
  const said = document.getElementById("signed-in");
  try {
    token = await signIn(`${root}/token`, { method: "POST", body: GRANT });
    portalToken = await signIn(`${sandbox.portal}/api/token?${GRANT}`);
    said.textContent = text;
  } catch {
    said.textContent = "Not signed in: the sandbox gives no token. End its faults, and reload the page.";
  }
}

await renew("Calls are signed in as demo.");
