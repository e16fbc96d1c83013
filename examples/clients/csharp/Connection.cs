using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Normalise;

namespace Carriers
{
    /// <summary>Where an answer went wrong.</summary>
    public enum Reason
    {
        /// <summary>An error of the API itself.</summary>
        Api,
        /// <summary>A page of something before it.</summary>
        Page,
        /// <summary>No answer at all.</summary>
        Connection,
        /// <summary>A 200 that cannot be used.</summary>
        Answer,
        /// <summary>A 200 that says no.</summary>
        Refused,
    }

    /// <summary>The API, or a gateway before it, did not answer with what was asked for.</summary>
    public sealed class ApiException : Exception
    {
        /// <summary>0 without an answer.</summary>
        public readonly int Status;
        public readonly Reason Reason;
        public readonly string Words;

        public ApiException(int status, Reason reason, string words = "") : base(status + " " + reason + ": " + words)
        {
            Status = status;
            Reason = reason;
            Words = words;
        }

        /// <summary>The API's own 404. A gateway's, or one for a wrong address, says nothing about the carrier.</summary>
        public bool UnknownCarrier
        {
            get { return Status == 404 && Reason == Reason.Api && !Words.StartsWith("No HTTP resource", StringComparison.Ordinal); }
        }
    }

    /// <summary>
    /// What stands between a client and the API: one token, answers in their documented shape, retries, errors.
    /// <code>
    /// var http = new HttpClient(new Connection(address, user, password, File.ReadAllText("schemas.json"))) { BaseAddress = new Uri(address) };
    /// </code>
    /// Give it to any generated client that takes an HttpClient. Whatever that calls either decodes or throws an ApiException.
    /// </summary>
    public sealed class Connection : DelegatingHandler
    {
        private static readonly int[] Transient = { 0, 401, 408, 429, 500, 502, 503, 504 };
        private readonly string address, user, password;
        private readonly Dictionary<string, Operation> operations = new Dictionary<string, Operation>();
        private readonly SemaphoreSlim renewing = new SemaphoreSlim(1);
        private string token, refreshToken;
        private DateTime expires;

        /// <summary>How often a call is tried, and the most that is waited in between.</summary>
        public int Attempts = 4;
        public TimeSpan LongestWait = TimeSpan.FromMinutes(1);
        /// <summary>Takes what was changed or lost in an answer. Count the codes that begin with "lost-".</summary>
        public Action<string, List<Problem>> Report = (operation, problems) => { };
        public Func<byte[], string, Result> Normalise;

        private sealed class Operation
        {
            public string Name;
            public string Idempotency = "read";
        }

        public Connection(string address, string user, string password, string table)
            : base(new HttpClientHandler { AllowAutoRedirect = false })
        {
            this.address = address;
            this.user = user;
            this.password = password;
            Normalise = new Normaliser(table).Normalise;
            foreach (var each in ((JObject)JObject.Parse(table)["operations"]).Properties())
            {
                operations[(string)each.Value["path"]] = new Operation { Name = each.Name, Idempotency = (string)each.Value["idempotency"] };
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
        {
            Operation called;
            if (!operations.TryGetValue(request.RequestUri.AbsolutePath, out called)) called = new Operation();
            var body = request.Content == null ? null : await request.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            for (var attempt = 1; ; attempt++)
            {
                RetryConditionHeaderValue after = null;
                try
                {
                    var used = called.Name == "request_token" ? null : await CurrentToken(cancel).ConfigureAwait(false);
                    var response = await Sent(Copy(request, body, used), cancel).ConfigureAwait(false);
                    after = response.Headers.RetryAfter;
                    if (response.StatusCode == HttpStatusCode.Unauthorized && used != null) Interlocked.CompareExchange(ref token, null, used);
                    return await Good(response, called.Name).ConfigureAwait(false);
                }
                catch (ApiException error)
                {
                    if (attempt == Attempts || !Repeatable(error, called)) throw;
                }
                await Task.Delay(Wait(after, attempt), cancel).ConfigureAwait(false);
            }
        }

        /// <summary>A message can be sent only once.</summary>
        private static HttpRequestMessage Copy(HttpRequestMessage request, byte[] body, string token)
        {
            // A POST without a body must say that its length is 0.
            var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(body ?? new byte[0]) };
            foreach (var header in request.Headers) copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
            if (body != null) copy.Content.Headers.ContentType = request.Content.Headers.ContentType;
            if (token != null) copy.Headers.Authorization = new AuthenticationHeaderValue("bearer", token);
            return copy;
        }

        private async Task<HttpResponseMessage> Sent(HttpRequestMessage request, CancellationToken cancel)
        {
            try
            {
                var response = await base.SendAsync(request, cancel).ConfigureAwait(false);
                await response.Content.LoadIntoBufferAsync().ConfigureAwait(false);
                return response;
            }
            catch (Exception error) when (!cancel.IsCancellationRequested && !(error is ApiException))
            {
                throw new ApiException(0, Reason.Connection, error.Message);
            }
        }

        /// <summary>An operation that acts again each time is repeated only if it cannot have acted.</summary>
        private static bool Repeatable(ApiException error, Operation called)
        {
            if (called.Idempotency == "once" && error.Status != 401 && error.Status != 429) return false;
            return Transient.Contains(error.Status) || error.Reason == Reason.Page || error.Reason == Reason.Answer;
        }

        private async Task<HttpResponseMessage> Good(HttpResponseMessage response, string name)
        {
            var status = (int)response.StatusCode;
            var body = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            var words = Message(Encoding.UTF8.GetString(body));
            if (status < 200 || status > 299) throw new ApiException(status, words == null ? Reason.Page : Reason.Api, words ?? "");
            if (name == null)
            {
                if (!Documents.IsWhole(body)) throw new ApiException(status, Reason.Answer, "not a whole document");
                return response;
            }
            Result result;
            try
            {
                result = Normalise(body, name);
            }
            catch (RefusedException refused)
            {
                // What cannot be used is often a no: the words are in the body.
                throw new ApiException(status, Reason.Answer, string.IsNullOrEmpty(words) ? refused.Code : words);
            }
            Report(name, result.Problems);
            var said = Parsed(result.Text) as JObject;
            foreach (var yes in new[] { "Success", "succeeded", "Result" })
            {
                if (said != null && said[yes] != null && said[yes].Type == JTokenType.Boolean && !(bool)said[yes]) throw new ApiException(status, Reason.Refused, words ?? "");
            }
            response.Content = new StringContent(result.Text, Encoding.UTF8, "application/json");
            return response;
        }

        private static JToken Parsed(string text)
        {
            try
            {
                return JToken.Parse(text);
            }
            catch (JsonException)
            {
                return null;
            }
        }

        /// <summary>The words of an answer that says what went wrong; null if it is not the API's own.</summary>
        private static string Message(string text)
        {
            var said = Parsed(text) as JObject;
            if (said == null) return null;
            var words = new[] { "Message", "message", "error_description", "error" }.Select(key => said[key]);
            return words.Where(word => word != null && word.Type == JTokenType.String && (string)word != "").Select(word => (string)word).FirstOrDefault() ?? "";
        }

        /// <summary>One caller at a time renews the token, and the others wait for that.</summary>
        private async Task<string> CurrentToken(CancellationToken cancel)
        {
            await renewing.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                if (token != null && DateTime.UtcNow < expires) return token;
                var refresh = refreshToken;
                refreshToken = null;
                if (refresh != null)
                {
                    try
                    {
                        return await Grant(cancel, "grant_type", "refresh_token", "refresh_token", refresh).ConfigureAwait(false);
                    }
                    catch (ApiException)
                    {
                        // The password is always good.
                    }
                }
                return await Grant(cancel, "grant_type", "password", "username", user, "password", password).ConfigureAwait(false);
            }
            finally
            {
                renewing.Release();
            }
        }

        private async Task<string> Grant(CancellationToken cancel, params string[] form)
        {
            var pairs = Enumerable.Range(0, form.Length / 2).Select(n => new KeyValuePair<string, string>(form[2 * n], form[2 * n + 1]));
            var request = new HttpRequestMessage(HttpMethod.Post, address + "/token") { Content = new FormUrlEncodedContent(pairs) };
            var answer = await Good(await Sent(request, cancel).ConfigureAwait(false), "request_token").ConfigureAwait(false);
            var given = Parsed(await answer.Content.ReadAsStringAsync().ConfigureAwait(false)) as JObject;
            var found = given == null ? null : (string)given["access_token"];
            if (string.IsNullOrEmpty(found)) throw new ApiException(200, Reason.Answer, "no token in the answer");
            refreshToken = (string)given["refresh_token"];
            expires = DateTime.UtcNow.AddSeconds(((double?)given["expires_in"] ?? 3600) - 60);
            return token = found;
        }

        private TimeSpan Wait(RetryConditionHeaderValue after, int attempt)
        {
            var wait = TimeSpan.FromSeconds(0.5 * Math.Pow(2, attempt - 1));
            if (after != null && after.Delta.HasValue) wait = after.Delta.Value;
            else if (after != null && after.Date.HasValue) wait = after.Date.Value - DateTimeOffset.UtcNow;
            return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;
        }
    }

    /// <summary>Documents and pages.</summary>
    public static class Documents
    {
        /// <summary>Whether it is a whole PDF, PNG or JPEG: half a file and a page of a gateway are not.</summary>
        public static bool IsWhole(byte[] body)
        {
            var text = Encoding.GetEncoding("ISO-8859-1").GetString(body);
            var end = text.Substring(Math.Max(0, text.Length - 1024));
            Func<string, string, bool> between = (first, last) => text.StartsWith(first, StringComparison.Ordinal) && end.EndsWith(last, StringComparison.Ordinal);
            return text.TrimStart().StartsWith("%PDF-", StringComparison.Ordinal) && end.Contains("%%EOF")
                || between("\u0089PNG\r\n", "IEND\u00aeB`\u0082")
                || between("\u00ff\u00d8\u00ff", "\u00ff\u00d9");
        }
    }

    /// <summary>Lists that come in pages.</summary>
    public static class Pages
    {
        /// <summary>
        /// Each row of all pages. <paramref name="fetch"/> takes the number of a page, and answers its rows and how many pages
        /// there are, null if that is not known. The end is where the totals say, not where a page is short; where there are no
        /// totals, it is an empty page.
        /// </summary>
        public static async Task<List<T>> All<T>(Func<int, Task<Tuple<List<T>, int?>>> fetch)
        {
            var rows = new List<T>();
            for (var number = 1; ; number++)
            {
                var page = await fetch(number).ConfigureAwait(false);
                var more = page.Item1 ?? new List<T>();
                rows.AddRange(more);
                if (more.Count == 0 || page.Item2.HasValue && number >= page.Item2.Value) return rows;
            }
        }

        /// <summary>The number of pages in an X-Pagination header; null if it is missing or malformed.</summary>
        public static int? Total(HttpResponseMessage response)
        {
            IEnumerable<string> values;
            if (!response.Headers.TryGetValues("X-Pagination", out values)) return null;
            try
            {
                return (int?)JObject.Parse(values.First())["totalPages"];
            }
            catch (Exception error) when (error is JsonException || error is ArgumentException)
            {
                return null;
            }
        }
    }
}
