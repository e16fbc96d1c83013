// What the browser tests share: a sandbox, a browser, a page that is watched, and whether what it shows is accessible.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, before, beforeEach } from "node:test";
import { chromium } from "playwright-core";
import { start } from "./sandbox.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Starts what a file of tests needs; `pictures` is the folder they go to, if any. The page is a new one for each test.
export function browsing({ pictures, options = [], ...usual } = {}) {
  const own = { outside: [], complaints: [], open, control, go, violations, accessible };
  let browser;

  before(async () => {
    own.sandbox = await start(...options);
    own.token = await own.sandbox.signIn();
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
    if (pictures) mkdirSync(pictures, { recursive: true });
  });

  after(async () => {
    await browser?.close();
    await own.sandbox?.stop();
  });

  beforeEach(async () => {
    await control("POST", "/reset");
    await open();
  });

  async function open(wanted = {}) {
    await own.context?.close();
    own.context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...usual, ...wanted });
    own.context.setDefaultTimeout(10_000);
    own.page = await own.context.newPage();
    own.page.on("request", (request) => {
      const known = [own.sandbox.api, own.sandbox.portal].some((host) => request.url().startsWith(`${host}/`));
      if (!known && !/^(data|blob|about|chrome|chrome-extension):/.test(request.url())) own.outside.push(request.url());
    });
    own.page.on("pageerror", (error) => own.complaints.push(String(error)));
    own.page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("status of 4")) own.complaints.push(message.text());
    });
  }

  async function control(method, path, body) {
    const answer = await fetch(`${own.sandbox.api}/__sandbox${path}`, { method, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
    return answer.status === 204 ? null : answer.json();
  }

  function go(place) {
    return own.page.goto(`${own.sandbox.api}/${place}`);
  }

  async function violations() {
    await own.page.evaluate(axe);
    const found = await own.page.evaluate((rules) => window.axe.run(document, { runOnly: rules }), RULES);
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`);
  }

  // Light and dark, wide and narrow.
  async function accessible(name) {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1000, 390]) {
        await own.page.emulateMedia({ colorScheme });
        await own.page.setViewportSize({ width, height: 900 });
        if (pictures) await own.page.screenshot({ path: `${pictures}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        assert.deepEqual(await violations(), [], `${name} ${colorScheme} ${width}`);
        const cut = await own.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        assert.ok(!cut, `${name} is wider than ${width} pixels`);
      }
    }
  }

  return own;
}

// A picture that is small, and the same each time: nothing moves, no button is at work or under the pointer.
export async function shot(page, folder, name) {
  if (!folder) return;
  const path = `${folder}/${name}.png`;
  await page.mouse.move(0, 0);
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
  await page.screenshot({ path, animations: "disabled" });
  execFileSync("pngquant", ["--force", "--strip", "--speed", "1", "--output", path, path]);
}

// A receiver of webhooks; `answer` gives the status of each by its place.
export async function received(work, { port = 0, answer = () => 200 } = {}) {
  const posted = [];
  const receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => { body += part; }).on("end", () => {
      posted.push({ headers: request.headers, body });
      response.writeHead(answer(posted.length)).end(`got ${posted.length}`);
    });
  });
  await new Promise((listening) => receiver.listen(port, "127.0.0.1", listening));
  try {
    await work(`http://127.0.0.1:${receiver.address().port}/mcp`, posted);
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
}
