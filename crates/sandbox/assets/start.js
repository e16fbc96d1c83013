// The first page: how a program makes its first call, with the addresses of this sandbox.

import { api, choice, copy, field, h } from "./dom.js";
import { place, refine, reflect } from "./place.js";

const SNIPPETS = {
  curl: ["curl", ({ api: base, username, password }) => `MCP_TOKEN=$(curl -s ${base}/token \\
  -d grant_type=password -d username=${username} -d password=${password} |
  sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

curl -X POST "${base}/api/v1/Carrier/PreviewCarrier?DOTNumber=23868" \\
  -H "authorization: bearer $MCP_TOKEN" -H "content-length: 0"`],
  python: ["Python", ({ api: base, username, password }) => `import requests  # pip install requests

base = "${base}"
grant = {"grant_type": "password", "username": "${username}", "password": "${password}"}
token = requests.post(f"{base}/token", data=grant).json()["access_token"]

answer = requests.post(
    f"{base}/api/v1/Carrier/PreviewCarrier",
    params={"DOTNumber": 23868},
    headers={"Authorization": f"bearer {token}"},
)
answer.raise_for_status()
print(answer.json())`],
  typescript: ["TypeScript", ({ api: base, username, password }) => `const base = "${base}";
const grant = { grant_type: "password", username: "${username}", password: "${password}" };
const signedIn = await fetch(\`\${base}/token\`, { method: "POST", body: new URLSearchParams(grant) });
const { access_token } = (await signedIn.json()) as { access_token: string };

const answer = await fetch(\`\${base}/api/v1/Carrier/PreviewCarrier?DOTNumber=23868\`, {
  method: "POST",
  headers: { authorization: \`bearer \${access_token}\` },
});
if (!answer.ok) throw new Error(\`\${answer.status} \${await answer.text()}\`);
console.log(await answer.json());`],
  csharp: ["C#", ({ api: base, username, password }) => `using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using var http = new HttpClient { BaseAddress = new Uri("${base}/") };
var grant = new FormUrlEncodedContent(new Dictionary<string, string> {
    ["grant_type"] = "password", ["username"] = "${username}", ["password"] = "${password}",
});
var signedIn = await http.PostAsync("token", grant);
var token = (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", token);

var answer = await http.PostAsync("api/v1/Carrier/PreviewCarrier?DOTNumber=23868", new ByteArrayContent([]));
answer.EnsureSuccessStatusCode();
Console.WriteLine(await answer.Content.ReadAsStringAsync());`],
  go: ["Go", ({ api: base, username, password }) => `package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
)

const base = "${base}"

func main() {
	grant := url.Values{"grant_type": {"password"}, "username": {"${username}"}, "password": {"${password}"}}
	signedIn, err := http.PostForm(base+"/token", grant)
	if err != nil {
		log.Fatal(err)
	}
	defer signedIn.Body.Close()
	var token struct {
		AccessToken string \`json:"access_token"\`
	}
	if err := json.NewDecoder(signedIn.Body).Decode(&token); err != nil {
		log.Fatal(err)
	}
	request, err := http.NewRequest("POST", base+"/api/v1/Carrier/PreviewCarrier?DOTNumber=23868", nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "bearer "+token.AccessToken)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.Status, string(body))
}`],
};

export function start() {
  const language = choice(Object.entries(SNIPPETS).map(([name, [text]]) => [name, text]), "curl", (event) => {
    refine({ in: event.target.value === "curl" ? null : event.target.value });
    fill().catch(() => {});
  });
  language.dataset.usual = "curl";
  const snippet = h("pre", { tabIndex: 0, class: "snippet" });
  const tools = h("div", { class: "tools" });
  const step = (href, text, rest) => h("li", {}, h("a", { href }, text), ` ${rest}`);

  async function fill() {
    const [, write] = SNIPPETS[place().filter.in] ?? SNIPPETS.curl;
    const text = write(await api("GET", ""));
    snippet.textContent = text;
    tools.replaceChildren(field("Language", language), copy(text, snippet));
  }

  return {
    element: h("div", {},
      h("section", { class: "card" }, h("h2", {}, "A first call"),
        h("p", {}, "This sandbox answers as the vendor's API does, with invented carriers. Sign in, and preview a carrier:"),
        tools, snippet),
      h("section", { class: "card" }, h("h2", {}, "Then"),
        h("ul", {},
          step("#/requests", "See the call", "with its headers, its answer, and how long it took."),
          step("#/carriers/23868", "Look at the carrier", "and have something happen to it."),
          step("#/faults", "Break something", "and see what your program does."),
          step("#/clock", "Skip a month", "to see insurance run out and packets come."),
          step("#/webhooks", "Subscribe to webhooks", "and send an event."),
          step("/docs", "Read the reference", "and call operations from it.")))),
    async open() {
      reflect({ in: language });
      await fill();
    },
  };
}
