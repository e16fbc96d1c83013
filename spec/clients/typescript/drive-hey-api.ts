// The client of hey-api.

import { pages, totalPages } from "./connection.js";
import { type Job, type Step, all, known, run } from "./driver.js";
import { createClient, createConfig } from "./hey/client/index.js";
import { carriersChanges, getDocument, monitoredCarrierData, monitoredCarriers, previewCarrier, requestToken } from "./hey/sdk.gen.js";

type Fetch = Parameters<Step>[0];

const options = (fetch: Fetch, job: Job) =>
  ({ client: createClient(createConfig({ baseUrl: job.base, fetch })), throwOnError: true }) as const;

const token: Step = async (fetch, job) => {
  const body = { grant_type: "password", username: job.user, password: "demo" };
  return (await requestToken({ ...options(fetch, job), body })).data.access_token ? ["token"] : [];
};

const preview: Step = async (fetch, job) => {
  const { data } = await previewCarrier({ ...options(fetch, job), query: { DOTNumber: job.dot } });
  return data.map((row) => known(row.DotNumber, row.CompanyName));
};

const list: Step = async (fetch, job) => {
  const rows = pages(async (pageNumber) => {
    const query = { pageNumber, pageSize: job.pageSize };
    const { data, response } = await monitoredCarriers({ ...options(fetch, job), query });
    return [data, totalPages(response.headers.get("x-pagination"))];
  });
  return all(rows, (row) => known(row.DOTNumber));
};

const bulk: Step = async (fetch, job) => {
  const rows = pages(async (pageNumber) => {
    const query = { pageNumber, pageSize: job.pageSize };
    const { data } = await monitoredCarrierData({ ...options(fetch, job), query });
    return [data.data ?? [], data.totalPages ?? null];
  });
  return all(rows, (row) => known(row?.dotNumber?.Value, row?.IncidentReports?.TotalIncidentReports));
};

const changes: Step = async (fetch, job) => {
  const rows = pages(async (pageNumber) => {
    const query = { fromDate: job.from, toDate: job.to, pageNumber, pageSize: job.pageSize };
    const { data, response } = await carriersChanges({ ...options(fetch, job), query });
    return [data.CarrierList ?? [], totalPages(response.headers.get("x-pagination"))];
  });
  return all(rows, (row) => known(row.ChangeDateTime, row.CarrierDetails?.dotNumber?.Value));
};

const document: Step = async (fetch, job) => {
  const { data } = await getDocument({ ...options(fetch, job), query: { name: job.document }, parseAs: "blob" });
  return [String((data as Blob).size)];
};

const unknown: Step = (fetch, job) => preview(fetch, { ...job, dot: job.unknown });

void run({ token, preview, list, bulk, changes, document, unknown });
