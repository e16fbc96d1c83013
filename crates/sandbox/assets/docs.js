// The reference of the two APIs, with calls that go to this sandbox, signed in as demo.

const control = location.search === "?control";
const addresses = control ? "/control.json" : "/openapi.json";
document.querySelector(`header nav a[href="${control ? "/docs?control" : "/docs"}"]`).setAttribute("aria-current", "page");

async function signIn() {
  const form = new URLSearchParams({ grant_type: "password", username: "demo", password: "demo" });
  const answer = await fetch("/token", { method: "POST", body: form });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return (await answer.json()).access_token;
}

const [document_, sandbox] = await Promise.all([addresses, "/__sandbox"].map(async (path) => (await fetch(path)).json()));
document_.servers = [{ url: location.origin, description: "this sandbox" }];
for (const item of Object.values(document_.paths)) {
  for (const operation of Object.values(item)) {
    if (operation?.["x-mcp-server"] === "portal") {
      operation.servers = [{ url: sandbox.portal, description: "this sandbox's portal" }];
    }
  }
}

let token;
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
    if (token && request.url.startsWith(`${location.origin}/`) && !request.headers.Authorization) {
      request.headers.Authorization = `bearer ${token}`;
    }
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
    token = await signIn();
    said.textContent = text;
  } catch {
    said.textContent = "Not signed in: the sandbox gives no token. End its faults, and reload the page.";
  }
}

await renew("Calls are signed in as demo.");
