// The contract as one page for people, with everything that it needs inside. `xtask/src/bundle/page.rs` finds the document
// by what stands before and behind it here.
import { readFileSync, writeFileSync } from "node:fs";

const [contract, redoc, target] = process.argv.slice(2);
const read = (path) => readFileSync(path, "utf8");
// What ends a script in a text of the document would end that of the page.
const within = (text) => text.replaceAll("<", "\\u003c");
const text = read(contract);
const { info } = JSON.parse(text);
// Parsed and written again, names that are numbers would come first.
const document = text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
// Its makers' mark comes from elsewhere; their name and link stay.
const mark = ["https://cdn.redoc.ly/redoc/logo-mini.svg", "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"];
const script = read(`${redoc}/bundles/redoc.standalone.js`).replaceAll("</script", "<\\/script").replaceAll(...mark);
const options = { hideDownloadButtons: true, hideLoading: true, scrollYOffset: 0, expandResponses: "200" };

writeFileSync(target, `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';
 worker-src blob:; img-src data:; connect-src 'none'">
<title>${info.title} ${info.version}</title><style>body { margin: 0 }</style></head>
<body><div id="reference"></div>
<!-- Redoc, MIT:
${read(`${redoc}/LICENSE`)}
${read(`${redoc}/bundles/redoc.standalone.js.LICENSE.txt`).replaceAll("--", "—")}
-->
<script>${script}</script>
<script>Redoc.init(${within(document)}, ${JSON.stringify(options)}, globalThis.document.getElementById("reference"))</script>
</body></html>
`);
