using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Carriers;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Normalise;

/// <summary>
/// A client with types written by hand and Newtonsoft. Takes the steps of a job, and prints a line of JSON for each.
/// </summary>
public static class Driver
{
#pragma warning disable 649 // Newtonsoft assigns them.
    private sealed class Token { public string access_token; }
    private sealed class Preview { public int? DotNumber; public string CompanyName; }
    private sealed class Monitored { public int? DOTNumber; }
    private sealed class Dot { public string status; public string Value; }
    private sealed class Reports { public int? TotalIncidentReports; }
    private sealed class Details { public Dot dotNumber; public Reports IncidentReports; }
    private sealed class Bulk { public int? totalPages; public List<Details> data; }
    private sealed class Change { public string ChangeDateTime; public Details CarrierDetails; }
    private sealed class Changes { public List<Change> CarrierList; }
#pragma warning restore 649

    // A date stays the text that it is.
    private static readonly JsonSerializerSettings Plain = new JsonSerializerSettings { DateParseHandling = DateParseHandling.None };

    public static int Main(string[] arguments)
    {
        var job = JsonConvert.DeserializeObject<JObject>(File.ReadAllText(arguments[0]), Plain);
        var table = File.ReadAllText("schemas.json");
        foreach (var scenario in job["scenarios"])
        {
            var problems = new Dictionary<string, int>();
            var connection = new Connection((string)job["base"], (string)scenario["user"], "demo", table)
            {
                Attempts = (int)job["attempts"],
                LongestWait = TimeSpan.FromSeconds((double)job["longestWait"]),
                Report = (operation, found) => found.ForEach(problem =>
                {
                    int count;
                    problems.TryGetValue(problem.Code, out count);
                    problems[problem.Code] = count + 1;
                }),
            };
            if (!(bool)job["normalise"])
            {
                connection.Normalise = (body, of) => new Result { Text = Encoding.UTF8.GetString(body), Problems = new List<Problem>() };
            }
            using (var http = new HttpClient(connection) { BaseAddress = new Uri((string)job["base"]), Timeout = TimeSpan.FromSeconds(30) })
            {
                foreach (var step in scenario["steps"].Select(each => (string)each))
                {
                    problems.Clear();
                    var line = new JObject { ["scenario"] = scenario["user"], ["step"] = step };
                    try
                    {
                        var rows = Take(step, http, job, (string)scenario["user"]).GetAwaiter().GetResult();
                        line["outcome"] = "rows";
                        line["rows"] = new JArray(rows.ToArray<object>());
                    }
                    catch (ApiException error)
                    {
                        line["outcome"] = "error";
                        line["status"] = error.Status;
                        line["reason"] = error.Reason.ToString().ToLowerInvariant();
                        line["unknown"] = error.UnknownCarrier;
                    }
                    catch (Exception error)
                    {
                        line["outcome"] = "broken";
                        line["error"] = error.GetType().Name + ": " + error.Message;
                    }
                    line["problems"] = JObject.FromObject(problems);
                    Console.WriteLine(line.ToString(Formatting.None));
                }
            }
        }
        return 0;
    }

    private static async Task<List<string>> Take(string step, HttpClient http, JObject job, string user)
    {
        var size = "&pageSize=" + job["pageSize"];
        switch (step)
        {
            case "token":
                var form = new Dictionary<string, string> { ["grant_type"] = "password", ["username"] = user, ["password"] = "demo" };
                var token = await Read<Token>(await http.PostAsync("/token", new FormUrlEncodedContent(form)));
                return token.access_token == null ? new List<string>() : new List<string> { "token" };
            case "preview":
                return await Previewed(http, (int)job["dot"]);
            case "list":
                var listed = await Pages.All(async page =>
                {
                    var response = await Post(http, "MonitoredCarriers?pageNumber=" + page + size);
                    return Tuple.Create(await Read<List<Monitored>>(response), Pages.Total(response));
                });
                return listed.Select(row => Known(row.DOTNumber)).ToList();
            case "bulk":
                var data = await Pages.All(async page =>
                {
                    var answer = await Read<Bulk>(await Post(http, "MonitoredCarrierData?pageNumber=" + page + size));
                    return Tuple.Create(answer.data, answer.totalPages);
                });
                return data.Select(row => Known(row.dotNumber?.Value, row.IncidentReports?.TotalIncidentReports)).ToList();
            case "changes":
                var changes = await Pages.All(async page =>
                {
                    var response = await Post(http, "CarriersChanges?fromDate=" + job["from"] + "&toDate=" + job["to"] + "&pageNumber=" + page + size);
                    return Tuple.Create((await Read<Changes>(response)).CarrierList, Pages.Total(response));
                });
                return changes.Select(row => Known(row.ChangeDateTime, row.CarrierDetails?.dotNumber?.Value)).ToList();
            case "document":
                var document = await Post(http, "GetDocument?name=" + Uri.EscapeDataString((string)job["document"]));
                return new List<string> { (await document.Content.ReadAsByteArrayAsync()).Length.ToString() };
            default:
                return await Previewed(http, (int)job["unknown"]);
        }
    }

    private static async Task<List<string>> Previewed(HttpClient http, int dot)
    {
        var rows = await Read<List<Preview>>(await Post(http, "PreviewCarrier?DOTNumber=" + dot));
        return rows.Select(row => Known(row.DotNumber, row.CompanyName)).ToList();
    }

    private static Task<HttpResponseMessage> Post(HttpClient http, string call)
    {
        return http.PostAsync("/api/v1/Carrier/" + call, null);
    }

    private static async Task<T> Read<T>(HttpResponseMessage response)
    {
        return JsonConvert.DeserializeObject<T>(await response.Content.ReadAsStringAsync(), Plain);
    }

    private static string Known(params object[] parts)
    {
        return string.Join("|", parts.Select(part => part == null ? "" : part.ToString()));
    }
}
