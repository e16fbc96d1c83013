// The types of openapi-typescript, with openapi-fetch.

import createClient from "openapi-fetch";
import { pages, totalPages } from "./connection.js";
import { type Job, type Step, all, known, run } from "./driver.js";
import type { paths } from "./schema.js";

type Fetch = Parameters<Step>[0];

const client = (fetch: Fetch, job: Job) => createClient<paths>({ baseUrl: job.base, fetch });

// The connection throws on anything but an answer, so that there is data.
function data<T>(answer: { data?: T }): T {
  if (answer.data === undefined) throw new TypeError("no data");
  return answer.data;
}

const token: Step = async (fetch, job) => {
  const body = { grant_type: "password", username: job.user, password: "demo" };
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return data(await client(fetch, job).POST("/token", { body, headers })).access_token ? ["token"] : [];
};

const preview: Step = async (fetch, job) => {
  const query = { DOTNumber: job.dot };
  const rows = data(await client(fetch, job).POST("/api/v1/Carrier/PreviewCarrier", { params: { query } }));
  return rows.map((row) => known(row.DotNumber, row.CompanyName));
};

const list: Step = async (fetch, job) => {
  const rows = pages(async (pageNumber) => {
    const query = { pageNumber, pageSize: job.pageSize };
    const answer = await client(fetch, job).POST("/api/v1/Carrier/MonitoredCarriers", { params: { query } });
    return [data(answer), totalPages(answer.response.headers.get("x-pagination"))];
  });
  return all(rows, (row) => known(row.DOTNumber));
};

const bulk: Step = async (fetch, job) => {
  const rows = pages(async (pageNumber) => {
    const query = { pageNumber, pageSize: job.pageSize };
    const answer = data(await client(fetch, job).POST("/api/v1/Carrier/MonitoredCarrierData", { params: { query } }));
    return [answer.data ?? [], answer.totalPages ?? null];
  });
  return all(rows, (row) => known(row?.dotNumber?.Value, row?.IncidentReports?.TotalIncidentReports));
};

const changes: Step = async (fetch, job) => {
  const rows = pages(async (pageNumber) => {
    const query = { fromDate: job.from, toDate: job.to, pageNumber, pageSize: job.pageSize };
    const answer = await client(fetch, job).POST("/api/v1/Carrier/CarriersChanges", { params: { query } });
    return [data(answer).CarrierList ?? [], totalPages(answer.response.headers.get("x-pagination"))];
  });
  return all(rows, (row) => known(row.ChangeDateTime, row.CarrierDetails?.dotNumber?.Value));
};

const document: Step = async (fetch, job) => {
  const query = { name: job.document };
  const answer = await client(fetch, job).POST("/api/v1/Carrier/GetDocument", { params: { query }, parseAs: "arrayBuffer" });
  return [String(data(answer).byteLength)];
};

const unknown: Step = (fetch, job) => preview(fetch, { ...job, dot: job.unknown });

void run({ token, preview, list, bulk, changes, document, unknown });
