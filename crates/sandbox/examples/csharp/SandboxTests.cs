// A sandbox as a child process, and what a team tests its own client with.

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace SandboxExample;

/// <summary>One sandbox for the tests of a class: started before the first and stopped after the last.</summary>
public sealed class Sandbox : IAsyncLifetime
{
    private readonly HttpClient client = new(new HttpClientHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private Process? process;

    public string Api { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var program = Environment.GetEnvironmentVariable("SANDBOX_BIN") ?? "mycarrierpackets-sandbox";
        // Its input closes with this process, and it ends then, however the tests end.
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        string[] options = ["--port", "0", "--carriers", "50", "--time", "2026-03-18T12:00:00Z", "--exit-on-stdin-close"];
        foreach (var option in options) start.ArgumentList.Add(option);
        process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var line = await process.StandardOutput.ReadLineAsync();
        try
        {
            using var ready = JsonDocument.Parse(line ?? "");
            Api = ready.RootElement.GetProperty("api").GetString()!;
        }
        catch (JsonException cause)
        {
            process.Kill();
            throw new InvalidOperationException($"{program} did not say where it listens, but \"{line}\": is SANDBOX_BIN the sandbox?", cause);
        }
    }

    public async Task DisposeAsync()
    {
        if (process is null) return;
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await process.WaitForExitAsync(patience.Token);
    }

    /// <summary>Back to the state at the start: carriers, customers, clock, faults, calls and webhooks.</summary>
    public Task ResetAsync() => ControlAsync("reset", new { });

    /// <summary>A call of the control API, which spec/sandbox.yaml documents.</summary>
    public async Task ControlAsync(string path, object body)
    {
        // Bytes with a length, which it asks for.
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync($"{Api}/__sandbox/{path}", content);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Signs a user name in; the token. Each is a customer of its own.</summary>
    public async Task<string> SignInAsync(string name)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "password", ["username"] = name, ["password"] = "demo" };
        using var content = new FormUrlEncodedContent(form);
        using var response = await client.PostAsync($"{Api}/token", content);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return answer.GetProperty("access_token").GetString()!;
    }

    public async Task<HttpResponseMessage> CallAsync(string token, string operation, string query)
    {
        // A body of no bytes has a length, which the vendor asks for.
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/api/v1/Carrier/{operation}?{query}")
        {
            Content = new ByteArrayContent([]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("bearer", token);
        return await client.SendAsync(request);
    }
}

public sealed class SandboxTests(Sandbox sandbox) : IClassFixture<Sandbox>, IAsyncLifetime
{
    public Task InitializeAsync() => sandbox.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task ACarrierIsPreviewed()
    {
        var token = await sandbox.SignInAsync("previewer");
        using var response = await sandbox.CallAsync(token, "PreviewCarrier", "DOTNumber=23868");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var carriers = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Sample Trucking LLC", carriers[0].GetProperty("CompanyName").GetString());
    }

    [Fact]
    public async Task AFailureIsAnsweredOnce()
    {
        var token = await sandbox.SignInAsync("unlucky");
        await sandbox.ControlAsync("faults", new { kind = "status", code = 503, operation = "PreviewCarrier", first = 1, customer = "unlucky" });
        foreach (var expected in new[] { HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK })
        {
            using var response = await sandbox.CallAsync(token, "PreviewCarrier", "DOTNumber=23868");
            Assert.Equal(expected, response.StatusCode);
        }
    }
}
