using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace Normalise
{
    /// <summary>
    /// Gives an answer of the API the shape that its document promises, before a strict decoder reads it.
    /// <code>
    /// var normaliser = new Normaliser(File.ReadAllText("schemas.json"));
    /// var carriers = JsonSerializer.Deserialize&lt;List&lt;CarrierPreview&gt;&gt;(normaliser.Normalise(body, "preview_carrier").Text);
    /// </code>
    /// README.md beside this file has the rules. C# 7 and .NET Framework 4.6, Mono or newer, nothing else.
    /// </summary>
    public sealed class Normaliser
    {
        private readonly Dictionary<string, Operation> operations = new Dictionary<string, Operation>();
        private readonly Dictionary<string, Schema> schemas = new Dictionary<string, Schema>();

        /// <summary>Takes the text of schemas.json.</summary>
        public Normaliser(string table)
        {
            var root = (Fields)new Reader(table).Whole();
            foreach (var pair in ((Fields)root["operations"]).Pairs)
            {
                var of = (Fields)pair.Value;
                operations[pair.Key] = new Operation((string)of["answer"], (string)of["idempotency"], (string)of["items"]);
            }
            foreach (var pair in ((Fields)root["schemas"]).Pairs)
            {
                var kinds = ((Fields)((Fields)pair.Value)["fields"]).Pairs.ToDictionary(field => field.Key, field => (string)field.Value);
                schemas[pair.Key] = new Schema { TextAs = (string)((Fields)pair.Value)["text_as"], Kinds = kinds };
            }
        }

        /// <summary>Takes the bytes of an answer and of what: an operation, a schema, or a list of one: "[CarrierData]".</summary>
        public Result Normalise(byte[] body, string of)
        {
            Operation operation;
            if (!operations.TryGetValue(of, out operation))
            {
                if (!schemas.ContainsKey(of.Trim('[', ']'))) throw new ArgumentException("no operation or schema " + of);
                operation = new Operation(of, null, null);
            }
            return new Answer(schemas, operation).Normalise(body);
        }
    }

    /// <summary>The answer as JSON text. Problems that begin with "lost-" cost a value.</summary>
    public sealed class Result
    {
        public string Text;
        public List<Problem> Problems;
    }

    /// <summary>Something that was changed or lost, at a JSON pointer into the answer once its references are replaced.</summary>
    public sealed class Problem
    {
        public string At;
        public string Code;
    }

    /// <summary>The body cannot be used. With the code "lost-row", the result holds what could be read.</summary>
    public sealed class RefusedException : Exception
    {
        public readonly string Code;
        public readonly Result Result;

        public RefusedException(string code, Result result = null) : base("the answer cannot be used: " + code)
        {
            Code = code;
            Result = result;
        }
    }

    internal sealed class Operation
    {
        internal readonly string Answer, Idempotency, Items;

        internal Operation(string answer, string idempotency, string items)
        {
            Answer = answer;
            Idempotency = idempotency;
            Items = items;
        }
    }

    internal sealed class Schema
    {
        internal string TextAs;
        internal Dictionary<string, string> Kinds;
    }

    /// <summary>A number with the digits that it was written with.</summary>
    internal sealed class Digits
    {
        internal readonly string Text;

        internal Digits(string text) { Text = text; }
    }

    /// <summary>The fields of an object in their order; the last of a name counts, and what is missing is null.</summary>
    internal sealed class Fields
    {
        private readonly List<string> keys = new List<string>();
        private readonly Dictionary<string, object> values = new Dictionary<string, object>();

        internal int Count { get { return keys.Count; } }

        internal IEnumerable<KeyValuePair<string, object>> Pairs
        {
            get { return keys.Select(key => new KeyValuePair<string, object>(key, values[key])); }
        }

        internal object this[string key]
        {
            get { return Has(key) ? values[key] : null; }
            set
            {
                if (!Has(key)) keys.Add(key);
                values[key] = value;
            }
        }

        internal bool Has(string key) { return values.ContainsKey(key); }
    }

    internal sealed class Answer
    {
        private const int Deepest = 100;
        private const int LongestChain = 64;
        private const int MostCopied = 1000000;
        private static readonly object Lost = new object();
        private static readonly string[] Yes = { "yes", "y", "true", "1" };
        private static readonly string[] No = { "no", "n", "false", "0" };
        private static readonly Regex Grouped = new Regex(@"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[^,]*)?\z");
        private static readonly Regex Wholes = new Regex(@"^([+-]?[0-9]+)(?:\.0*)?\z");
        private static readonly Regex Decimals = new Regex(@"^([+-]?)(?=\.?[0-9])([0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?\z");
        private static readonly Regex DotName = new Regex(@"^(?:us)?dot[ #:]*([0-9]+)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

        private readonly Dictionary<string, Schema> schemas;
        private readonly string kind, items, idempotency;
        private readonly bool acts;
        private readonly List<Problem> problems = new List<Problem>();
        private readonly HashSet<string> nulls = new HashSet<string>();
        private readonly Dictionary<string, KeyValuePair<string, object>> ids = new Dictionary<string, KeyValuePair<string, object>>();
        private int copied;

        internal Answer(Dictionary<string, Schema> schemas, Operation operation)
        {
            this.schemas = schemas;
            kind = operation.Answer;
            items = operation.Items;
            idempotency = operation.Idempotency;
            acts = idempotency == "idempotent" || idempotency == "once";
        }

        internal Result Normalise(byte[] body)
        {
            var tree = Parse(Decode(body));
            Index(tree, "");
            var value = Root(Resolve(tree, "", "", new List<string>(), 0));
            var text = new StringBuilder();
            Writer.Write(text, value);
            var result = new Result { Text = text.ToString(), Problems = problems };
            if (Noted("lost-row")) throw new RefusedException("lost-row", result);
            return result;
        }

        private void Note(string at, string code) { problems.Add(new Problem { At = at, Code = code }); }

        private bool Noted(string code) { return problems.Any(problem => problem.Code == code); }

        // Bytes to a tree

        private string Decode(byte[] body)
        {
            string text;
            try
            {
                text = new UTF8Encoding(false, true).GetString(body);
            }
            catch (ArgumentException)
            {
                text = Encoding.UTF8.GetString(body);
                Note("", "lost-characters");
            }
            return text.TrimStart('\ufeff').Trim(' ', '\t', '\r', '\n');
        }

        private object Parse(string text)
        {
            if (text == "") return null;
            if (text == "True" || text == "False") text = text.ToLowerInvariant();
            var open = IsOpen(text);
            try
            {
                var reader = new Reader(text);
                var tree = reader.Whole();
                if (reader.Replaced) Note("", "lost-characters");
                return tree;
            }
            catch (FormatException)
            {
                if (text[0] == '{' || text[0] == '[' || text[0] == '"') throw new RefusedException(open ? "truncated" : "not-json");
            }
            if (text[0] != '<' && (kind == "any" || TextField(kind) != null)) return text;
            throw new RefusedException("not-json");
        }

        /// <summary>Whether something that opens in the text is not closed at its end.</summary>
        private static bool IsOpen(string text)
        {
            int depth = 0, deepest = 0;
            var inText = false;
            for (var at = 0; at < text.Length; at++)
            {
                var c = text[at];
                if (c == '"') inText = !inText;
                else if (inText) at += c == '\\' ? 1 : 0;
                else if (c == '[' || c == '{') deepest = Math.Max(deepest, ++depth);
                else if (c == ']' || c == '}') depth--;
            }
            if (deepest > Deepest) throw new RefusedException("too-deep");
            return depth > 0 || inText;
        }

        // References

        private void Index(object node, string source)
        {
            if (node is Fields fields)
            {
                var id = DigitsOf(fields["$id"]);
                if (id != null && !ids.ContainsKey(id)) ids[id] = new KeyValuePair<string, object>(source, node);
                foreach (var pair in fields.Pairs) Index(pair.Value, Join(source, pair.Key));
            }
            else if (node is List<object> list)
            {
                for (var i = 0; i < list.Count; i++) Index(list[i], Join(source, i));
            }
        }

        /// <summary>source: where the node stands in the body; at: where it stands once references are replaced.</summary>
        private object Resolve(object node, string source, string at, List<string> followed, int depth)
        {
            if (followed.Count > 0 && ++copied > MostCopied) throw new RefusedException("too-large");
            if (depth > Deepest) throw new RefusedException("too-deep");
            if (node is List<object> list)
            {
                return list.Select((each, i) => Resolve(each, Join(source, i), Join(at, i), followed, depth + 1)).ToList();
            }
            if (!(node is Fields fields)) return node;
            var refers = fields.Has("$ref");
            if (refers && fields.Count == 1) return Follow(fields["$ref"], source, at, followed, depth);
            if (fields.Has("$values"))
            {
                if (fields.Count > (fields.Has("$id") ? 2 : 1)) Note(at, "lost-fields");
                return Resolve(fields["$values"], Join(source, "$values"), at, followed, depth);
            }
            if (refers) Note(at, "lost-fields");
            var resolved = new Fields();
            foreach (var pair in fields.Pairs)
            {
                if (pair.Key == "$id" || pair.Key == "$ref") continue;
                resolved[pair.Key] = Resolve(pair.Value, Join(source, pair.Key), Join(at, pair.Key), followed, depth + 1);
            }
            return resolved;
        }

        private object Follow(object reference, string source, string at, List<string> followed, int depth)
        {
            KeyValuePair<string, object> target;
            var id = DigitsOf(reference);
            var found = ids.TryGetValue(id ?? "", out target) && id != null;
            var path = new List<string>(followed) { source };
            var inside = target.Key + "/";
            string code;
            if (!found) code = "lost-reference";
            else if (path.Count > LongestChain) code = "lost-depth";
            else if (path.Any(each => each == target.Key || each.StartsWith(inside, StringComparison.Ordinal))) code = "cycle";
            else return Resolve(target.Value, target.Key, at, path, depth);
            Note(at, code);
            nulls.Add(at);
            return null;
        }

        // The shape of the whole answer

        private object Root(object value)
        {
            if (value == null || (value is string text && text.Trim() == ""))
            {
                if (idempotency != "once" && !(kind == "any" && acts)) throw new RefusedException("empty");
                return Nothing();
            }
            if (kind == "any") return value;
            if (true.Equals(value) && acts) return Nothing();
            return kind[0] == '[' ? RootList(value) : RootObject(value);
        }

        private object Nothing()
        {
            Note("", "empty");
            return kind == "any" ? null : new Fields();
        }

        private object RootList(object value)
        {
            var element = Inner(kind);
            if (value is Fields fields && Known(fields, element))
            {
                Note("", "wrapped");
                return new List<object> { FieldsOf(fields, element, "", null) };
            }
            if (!(value is List<object> list)) throw new RefusedException("other-kind");
            return Elements(list, element, "", true);
        }

        private object RootObject(object value)
        {
            var at = "";
            if (value is List<object> list)
            {
                var page = list.Count == 1 && list[0] is Fields only && only.Has(items ?? "");
                if (items != null && !page)
                {
                    Note("", "wrapped");
                    return One(items, Elements(list, Inner(schemas[kind].Kinds[items]), "", true));
                }
                if (list.Count != 1) throw new RefusedException(list.Count == 0 ? "absent" : "several");
                Note("", "unwrapped");
                value = list[0];
                at = "/0";
            }
            if (value is string && TextField(kind) != null)
            {
                Note(at, "text-as-object");
                return One(TextField(kind), value);
            }
            var judged = idempotency != null && idempotency != "once";
            var fields = value as Fields;
            if (fields == null || (judged && !Known(fields, kind))) throw new RefusedException("other-kind");
            var shaped = FieldsOf(fields, kind, at, items);
            var none = DigitsOf(shaped["totalCount"]) == "0";
            if (items != null && shaped[items] == null && !none && !Noted("lost-row")) throw new RefusedException("no-rows");
            return shaped;
        }

        private static Fields One(string field, object value)
        {
            var fields = new Fields();
            fields[field] = value;
            return fields;
        }

        private static string Inner(string kind) { return kind.Trim('[', ']'); }

        private string TextField(string kind) { return schemas.ContainsKey(kind) ? schemas[kind].TextAs : null; }

        private bool Known(Fields value, string kind) { return value.Pairs.Any(pair => schemas[kind].Kinds.ContainsKey(pair.Key)); }

        // The shape of each field

        private Fields FieldsOf(Fields value, string kind, string at, string rows)
        {
            var shaped = new Fields();
            foreach (var pair in value.Pairs)
            {
                string own;
                if (!schemas[kind].Kinds.TryGetValue(pair.Key, out own)) own = "any";
                shaped[pair.Key] = FieldOf(pair.Value, own, Join(at, pair.Key), pair.Key == rows);
            }
            return shaped;
        }

        private object FieldOf(object value, string kind, string at, bool rows)
        {
            if (value == null || kind == "any") return value;
            object shaped;
            if (kind[0] == '[') shaped = ListOf(value, Inner(kind), at, rows);
            else if (schemas.ContainsKey(kind)) shaped = ObjectOf(value, kind, at);
            else shaped = Scalar(value, kind, at);
            if (shaped != Lost) return shaped;
            Note(at, rows ? "lost-row" : "lost-value");
            return null;
        }

        private object ListOf(object value, string element, string at, bool rows)
        {
            if (value is List<object> list) return Elements(list, element, at, rows);
            var takesText = element == "text" || TextField(element) != null;
            if (value is string text && (text.Trim() == "" || (!takesText && IsAbsent(text))))
            {
                Note(at, "no-value");
                return null;
            }
            if (value is Fields fields && element != "text" && !Known(fields, element)) return Lost;
            var shaped = Element(value, element, at);
            if (shaped == Lost) return Lost;
            Note(at, "wrapped");
            return new List<object> { shaped };
        }

        private object Elements(List<object> list, string element, string at, bool rows)
        {
            var kept = new List<object>();
            var lost = 0;
            for (var place = 0; place < list.Count; place++)
            {
                var each = list[place];
                var here = Join(at, place);
                if (each == null)
                {
                    if (rows)
                    {
                        lost++;
                        Note(here, "lost-row");
                    }
                    else if (!nulls.Contains(here))
                    {
                        Note(here, "null-element");
                    }
                    continue;
                }
                var foreign = rows && each is Fields fields && !Known(fields, element);
                var shaped = foreign ? Lost : Element(each, element, here);
                if (shaped != Lost)
                {
                    kept.Add(shaped);
                    continue;
                }
                lost++;
                Note(here, rows ? "lost-row" : "lost-element");
            }
            // A list of which nothing can be read is unknown, and not empty.
            return lost > 0 && kept.Count == 0 ? null : kept;
        }

        private object Element(object value, string kind, string at)
        {
            if (kind == "text") return Scalar(value, kind, at);
            if (value is Fields fields) return FieldsOf(fields, kind, at, null);
            if (!(value is string) || TextField(kind) == null) return Lost;
            Note(at, "text-as-object");
            return One(TextField(kind), value);
        }

        private object ObjectOf(object value, string kind, string at)
        {
            if (value is List<object> list)
            {
                var there = Enumerable.Range(0, list.Count).Where(i => list[i] != null).ToList();
                if (there.Count == 0)
                {
                    Note(at, "no-value");
                    return null;
                }
                if (there.Count > 1) return Lost;
                var shaped = Element(list[there[0]], kind, Join(at, there[0]));
                if (shaped != Lost) Note(at, "unwrapped");
                return shaped;
            }
            if (value is string text && (text.Trim() == "" || (TextField(kind) == null && IsAbsent(text))))
            {
                Note(at, "no-value");
                return null;
            }
            return Element(value, kind, at);
        }

        private object Scalar(object value, string kind, string at)
        {
            if (value is Fields || value is List<object>) return Lost;
            if (kind == "text") return TextOf(value, at);
            var text = value as string;
            if (text != null && IsAbsent(text))
            {
                Note(at, "no-value");
                return null;
            }
            if (kind == "boolean") return YesNo(value, at);
            if (value is bool) return Lost;
            string shaped = null;
            if (kind == "number")
            {
                shaped = DecimalOf(value);
            }
            else
            {
                var exact = WholeOf(value);
                var dot = kind == "dot-number";
                var named = DotName.Match(text == null ? "" : text.Trim());
                if (dot && exact == null && named.Success) exact = WholeOf(named.Groups[1].Value);
                if (dot && exact == 0)
                {
                    Note(at, "no-value");
                    return null;
                }
                long low = dot ? 1 : kind == "int32" ? int.MinValue : long.MinValue;
                long high = dot ? 99999999 : kind == "int32" ? int.MaxValue : long.MaxValue;
                if (exact >= low && exact <= high) shaped = exact.Value.ToString(CultureInfo.InvariantCulture);
            }
            if (shaped == null) return Lost;
            if (text != null) Note(at, "text-as-number");
            else if (DigitsOf(value) != shaped) Note(at, "whole");
            return new Digits(shaped);
        }

        private object TextOf(object value, string at)
        {
            if (value is string) return value;
            Note(at, value is bool ? "boolean-as-text" : "number-as-text");
            return value is bool ? (true.Equals(value) ? "true" : "false") : DigitsOf(value);
        }

        private object YesNo(object value, string at)
        {
            if (value is bool) return value;
            var text = value as string;
            var word = text != null ? text.Trim().ToLowerInvariant() : Convert.ToString(WholeOf(value), CultureInfo.InvariantCulture);
            if (!Yes.Contains(word) && !No.Contains(word)) return Lost;
            Note(at, text != null ? "text-as-boolean" : "number-as-boolean");
            return Yes.Contains(word);
        }

        private static string DigitsOf(object value)
        {
            return value is Digits number ? number.Text : value as string;
        }

        private static bool IsAbsent(string text)
        {
            return new[] { "", "na", "n/a" }.Contains(text.Trim().ToLowerInvariant());
        }

        /// <summary>Digits without their thousands separators. "1,5" is more likely a decimal than fifteen, so it stays.</summary>
        private static string Ungrouped(string text)
        {
            return Grouped.IsMatch(text.Trim()) ? text.Trim().Replace(",", "") : text.Trim();
        }

        /// <summary>The whole number of a number or text, as a decoder takes it; null if it is not one, or too large.</summary>
        private static long? WholeOf(object value)
        {
            if (value is Digits number && number.Text.IndexOfAny(new[] { '.', 'e', 'E' }) >= 0)
            {
                var near = FloatOf(number.Text);
                // As far as every whole number has a float of its own.
                return Math.Abs(near) <= 1L << 53 && near == Math.Truncate(near) ? (long?)near : null;
            }
            var found = Wholes.Match(Ungrouped(DigitsOf(value)));
            long exact;
            var good = long.TryParse(found.Groups[1].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exact);
            return found.Success && good ? (long?)exact : null;
        }

        private static double FloatOf(string text)
        {
            double value;
            // Some versions throw what is too large, and others call it infinite.
            var good = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
            return good ? value : double.PositiveInfinity;
        }

        private static string DecimalOf(object value)
        {
            var found = Decimals.Match(Ungrouped(DigitsOf(value)));
            if (!found.Success || double.IsInfinity(FloatOf(found.Value))) return null;
            if (value is Digits number) return number.Text;
            var whole = found.Groups[2].Value.TrimStart('0');
            var sign = found.Groups[1].Value == "-" ? "-" : "";
            return sign + (whole == "" ? "0" : whole) + found.Groups[3].Value.TrimEnd('.') + found.Groups[4].Value;
        }

        private static string Join(string pointer, object part)
        {
            return pointer + "/" + Convert.ToString(part, CultureInfo.InvariantCulture).Replace("~", "~0").Replace("/", "~1");
        }
    }

    internal static class Writer
    {
        internal static void Write(StringBuilder text, object value)
        {
            var before = "";
            if (value is Fields fields)
            {
                text.Append('{');
                foreach (var pair in fields.Pairs)
                {
                    text.Append(before);
                    Write(text, pair.Key);
                    text.Append(':');
                    Write(text, pair.Value);
                    before = ",";
                }
                text.Append('}');
            }
            else if (value is List<object> list)
            {
                text.Append('[');
                foreach (var each in list)
                {
                    text.Append(before);
                    Write(text, each);
                    before = ",";
                }
                text.Append(']');
            }
            else if (value is string given)
            {
                text.Append('"');
                foreach (var c in given)
                {
                    if (c == '"' || c == '\\') text.Append('\\').Append(c);
                    else if (c < ' ') text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    else text.Append(c);
                }
                text.Append('"');
            }
            else
            {
                text.Append(value == null ? "null" : value is bool ? (true.Equals(value) ? "true" : "false") : ((Digits)value).Text);
            }
        }
    }

    /// <summary>Reads JSON alike on every version of .NET. What is not JSON is a FormatException.</summary>
    internal sealed class Reader
    {
        private static readonly Regex Number = new Regex(@"\G-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
        private readonly string text;
        private int at;

        /// <summary>Whether half a surrogate pair was replaced.</summary>
        internal bool Replaced;

        internal Reader(string text) { this.text = text; }

        internal object Whole()
        {
            var value = Value();
            Blanks();
            if (at < text.Length) throw NotJson();
            return value;
        }

        private FormatException NotJson() { return new FormatException("not JSON at " + at); }

        private void Blanks()
        {
            while (at < text.Length && " \t\r\n".IndexOf(text[at]) >= 0) at++;
        }

        private bool Take(char wanted)
        {
            Blanks();
            if (at >= text.Length || text[at] != wanted) return false;
            at++;
            return true;
        }

        private void Expect(char wanted)
        {
            if (!Take(wanted)) throw NotJson();
        }

        private object Value()
        {
            if (Take('{'))
            {
                var fields = new Fields();
                if (Take('}')) return fields;
                do
                {
                    Expect('"');
                    var key = String();
                    Expect(':');
                    fields[key] = Value();
                }
                while (Take(','));
                Expect('}');
                return fields;
            }
            if (Take('['))
            {
                var list = new List<object>();
                if (Take(']')) return list;
                do list.Add(Value());
                while (Take(','));
                Expect(']');
                return list;
            }
            if (Take('"')) return String();
            if (Word("null")) return null;
            if (Word("true")) return true;
            if (Word("false")) return false;
            var number = Number.Match(text, at);
            if (!number.Success) throw NotJson();
            at += number.Length;
            return new Digits(number.Value);
        }

        private bool Word(string word)
        {
            var there = string.CompareOrdinal(text, at, word, 0, word.Length) == 0;
            at += there ? word.Length : 0;
            return there;
        }

        private string String()
        {
            var read = new StringBuilder();
            while (at < text.Length)
            {
                var c = text[at++];
                if (c == '"') return WholePairs(read);
                if (c < ' ') throw NotJson();
                read.Append(c == '\\' ? Escape() : c);
            }
            throw NotJson();
        }

        private char Escape()
        {
            if (at >= text.Length) throw NotJson();
            var place = "\"\\/bfnrt".IndexOf(text[at++]);
            if (place >= 0) return "\"\\/\b\f\n\r\t"[place];
            ushort unit;
            var hex = text[at - 1] == 'u' && at + 4 <= text.Length ? text.Substring(at, 4) : "";
            if (!ushort.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit)) throw NotJson();
            at += 4;
            return (char)unit;
        }

        /// <summary>Without halves of surrogate pairs, which no encoding can hold.</summary>
        private string WholePairs(StringBuilder read)
        {
            for (var i = 0; i < read.Length; i++)
            {
                if (char.IsHighSurrogate(read[i]) && i + 1 < read.Length && char.IsLowSurrogate(read[i + 1]))
                {
                    i++;
                }
                else if (char.IsSurrogate(read[i]))
                {
                    read[i] = '\ufffd';
                    Replaced = true;
                }
            }
            return read.ToString();
        }
    }
}
