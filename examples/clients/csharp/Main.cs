using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Carriers;
using Newtonsoft.Json;

/// <summary>Reads the monitored carriers, what changed, and a certificate, with the few types that it needs.</summary>
public static class Program
{
#pragma warning disable 649 // Newtonsoft assigns them.
    private sealed class Dot { public string Value; }
    private sealed class Certificate { public string BlobName; }
    private sealed class Certificates { public List<Certificate> Certificate; }
    private sealed class Carrier { public Dot dotNumber; public Certificates CertData; }
    private sealed class CarrierPage { public int? totalPages; public List<Carrier> data; }
    private sealed class Change { public Carrier CarrierDetails; }
    private sealed class Changes { public List<Change> CarrierList; }
#pragma warning restore 649

    public static int Main()
    {
        Run().GetAwaiter().GetResult();
        return 0;
    }

    private static async Task Run()
    {
        var address = Environment.GetEnvironmentVariable("MCP_BASE");
        var user = Environment.GetEnvironmentVariable("MCP_USER");
        var password = Environment.GetEnvironmentVariable("MCP_PASSWORD");
        var connection = new Connection(address, user, password, File.ReadAllText("schemas.json"));
        connection.Report = (operation, problems) =>
        {
            foreach (var problem in problems.Where(each => each.Code.StartsWith("lost-"))) Console.Error.WriteLine(operation + " " + problem.At + " " + problem.Code);
        };
        using (var http = new HttpClient(connection) { BaseAddress = new Uri(address) })
        {
            var carriers = await Pages.All(async page =>
            {
                var answer = await Read<CarrierPage>(await Post(http, "MonitoredCarrierData?pageSize=500&pageNumber=" + page));
                return Tuple.Create(answer.data, answer.totalPages);
            });
            Console.WriteLine(carriers.Count + " carriers");

            var held = Environment.GetEnvironmentVariable("MCP_NOW");
            var now = held == null ? DateTime.UtcNow : DateTime.Parse(held);
            var window = "fromDate=" + now.AddHours(-6).ToString("s") + "&toDate=" + now.ToString("s");
            var changes = await Pages.All(async page =>
            {
                var response = await Post(http, "CarriersChanges?" + window + "&pageSize=500&pageNumber=" + page);
                return Tuple.Create((await Read<Changes>(response)).CarrierList, Pages.Total(response));
            });
            Console.WriteLine(changes.Count(change => change.CarrierDetails?.dotNumber != null) + " changes");

            var certificates = carriers.SelectMany(carrier => carrier.CertData?.Certificate ?? new List<Certificate>());
            var name = certificates.Select(certificate => certificate.BlobName).FirstOrDefault(each => each != null);
            if (name != null)
            {
                var document = await Post(http, "GetDocument?name=" + Uri.EscapeDataString(name));
                Console.WriteLine((await document.Content.ReadAsByteArrayAsync()).Length + " bytes");
            }

            try
            {
                await Post(http, "PreviewCarrier?DOTNumber=99999998");
            }
            catch (ApiException error) when (error.UnknownCarrier)
            {
                Console.WriteLine("no such carrier");
            }
        }
    }

    private static Task<HttpResponseMessage> Post(HttpClient http, string call)
    {
        return http.PostAsync("/api/v1/Carrier/" + call, null);
    }

    private static async Task<T> Read<T>(HttpResponseMessage response)
    {
        return JsonConvert.DeserializeObject<T>(await response.Content.ReadAsStringAsync());
    }
}
