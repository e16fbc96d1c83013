// Reads the monitored carriers, what changed, and a certificate, with the types of openapi-typescript and openapi-fetch.

import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import { ApiError, Connection, type Options, pages, totalPages } from "./connection.js";
import type { paths } from "./schema.js";

const { MCP_BASE: base = "", MCP_USER: user = "", MCP_PASSWORD: password = "", MCP_NOW } = process.env;
const table = JSON.parse(readFileSync("schemas.json", "utf8")) as Options["table"];

async function main(): Promise<void> {
  const report: Options["report"] = (operation, problems) => {
    for (const [at, code] of problems) if (code.startsWith("lost-")) console.error(operation, at, code);
  };
  const connection = new Connection({ base, user, password, table, report });
  const client = createClient<paths>({ baseUrl: base, fetch: connection.fetch });

  const carriers = await all(async (pageNumber) => {
    const query = { pageNumber, pageSize: 500 };
    const { data } = await client.POST("/api/v1/Carrier/MonitoredCarrierData", { params: { query } });
    return [data?.data ?? [], data?.totalPages ?? null];
  });
  console.log(`${carriers.length} carriers`);

  const now = MCP_NOW ? Date.parse(`${MCP_NOW}Z`) : Date.now();
  const [fromDate = "", toDate = ""] = [now - 6 * 3_600_000, now].map((time) => new Date(time).toISOString().slice(0, 19));
  const changes = await all(async (pageNumber) => {
    const query = { fromDate, toDate, pageNumber, pageSize: 500 };
    const { data, response } = await client.POST("/api/v1/Carrier/CarriersChanges", { params: { query } });
    return [data?.CarrierList ?? [], totalPages(response.headers.get("x-pagination"))];
  });
  // A change without its carrier is what the normaliser is for.
  console.log(`${changes.filter((change) => change.CarrierDetails?.dotNumber).length} changes`);

  const certificates = carriers.flatMap((carrier) => carrier?.CertData?.Certificate ?? []);
  const name = certificates.find((certificate) => certificate.BlobName)?.BlobName;
  if (name) {
    const { data } = await client.POST("/api/v1/Carrier/GetDocument", { params: { query: { name } }, parseAs: "arrayBuffer" });
    console.log(`${data?.byteLength} bytes`);
  }

  try {
    await client.POST("/api/v1/Carrier/PreviewCarrier", { params: { query: { DOTNumber: 99999998 } } });
  } catch (error) {
    if (!(error instanceof ApiError && error.unknownCarrier)) throw error;
    console.log("no such carrier");
  }
}

async function all<T>(fetch: (page: number) => Promise<[T[], number | null]>): Promise<T[]> {
  const rows: T[] = [];
  for await (const row of pages(fetch)) rows.push(row);
  return rows;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
