using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Normalise;

/// <summary>Runs the vectors through Normaliser.cs: Run VECTORS TABLE LEAST.</summary>
internal static class Run
{
    private static readonly string[] Parts =
    {
        "{\"$ref\":\"1\"}", "\"$id\":\"1\",", "\"$values\":", "[", "]", "{", "}", "\"", "\\", "\u00ff", "\\ud800", "1e999", "-", "null", ",", "",
    };

    private static Normaliser normaliser;

    private static int Main(string[] given)
    {
        normaliser = new Normaliser(File.ReadAllText(given[1]));
        var vectors = new List<Fields>();
        foreach (var file in Directory.GetFiles(given[0], "*.json").OrderBy(name => name, StringComparer.Ordinal))
        {
            var list = ((Fields)new Reader(File.ReadAllText(file)).Whole())["vectors"] as List<object>;
            if (list != null) vectors.AddRange(list.Cast<Fields>());
        }
        var failed = 0;
        foreach (var vector in vectors)
        {
            var found = Outcome(Body(vector), vector);
            if (found == Expected(vector)) continue;
            failed++;
            Console.WriteLine("{0}:\n expected {1}\n found    {2}", vector["name"], Expected(vector), found);
        }
        var quick = vectors.Where(vector => (string)vector["error"] != "too-large").ToList();
        var dice = new Random(7);
        for (var n = 0; n < 2000; n++)
        {
            var vector = quick[dice.Next(quick.Count)];
            var changed = Changed(Body(vector), dice);
            try
            {
                Outcome(changed, vector);
            }
            catch (Exception error)
            {
                failed++;
                Console.WriteLine("{0}, changed: {1}: {2}", vector["name"], error.Message, Convert.ToBase64String(changed));
            }
        }
        Console.WriteLine("c#: {0} vectors, 2000 changed bodies, {1} failed", vectors.Count, failed);
        return failed > 0 || vectors.Count < int.Parse(given[2]) ? 1 : 0;
    }

    private static byte[] Changed(byte[] body, Random dice)
    {
        // One character for each byte.
        var latin = Encoding.GetEncoding("iso-8859-1");
        var text = latin.GetString(body);
        for (var edits = dice.Next(3); edits >= 0; edits--)
        {
            var start = dice.Next(text.Length + 1);
            var end = Math.Min(text.Length, start + new[] { 0, 1, 20 }[dice.Next(3)]);
            var part = dice.Next(Parts.Length + 1);
            var cut = text.Substring(start, end - start);
            text = text.Substring(0, start) + (part < Parts.Length ? Parts[part] : cut + cut) + text.Substring(end);
        }
        return latin.GetBytes(text);
    }

    private static byte[] Body(Fields vector)
    {
        if (vector.Has("base64")) return Convert.FromBase64String((string)vector["base64"]);
        return Encoding.UTF8.GetBytes(vector.Has("text") ? (string)vector["text"] : Written(vector["answer"]));
    }

    private static string Written(object value)
    {
        var text = new StringBuilder();
        Writer.Write(text, value);
        return text.ToString();
    }

    /// <summary>The error, the output and the problems, a line each.</summary>
    private static string Lines(string code, string output, IEnumerable<string> problems)
    {
        return code + "\n  " + output + "\n  " + string.Join(", ", problems.OrderBy(each => each, StringComparer.Ordinal));
    }

    private static string Outcome(byte[] body, Fields vector)
    {
        var code = "";
        Result result;
        try
        {
            result = normaliser.Normalise(body, (string)vector["of"]);
            new Reader(result.Text).Whole();
        }
        catch (RefusedException refused)
        {
            code = refused.Code;
            result = refused.Result;
        }
        if (result == null) return Lines(code, "", new string[0]);
        return Lines(code, result.Text, result.Problems.Select(problem => problem.At + " " + problem.Code));
    }

    private static string Expected(Fields vector)
    {
        var problems = (vector["problems"] as List<object> ?? new List<object>()).Cast<List<object>>();
        var output = vector.Has("output") ? Written(vector["output"]) : "";
        return Lines((string)vector["error"] ?? "", output, problems.Select(each => each[0] + " " + each[1]));
    }
}
