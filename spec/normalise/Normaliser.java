import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives an answer of the API the shape that its document promises, before a strict decoder reads it.
 *
 * <pre>
 * Normaliser normaliser = new Normaliser(Files.readString(Path.of("schemas.json")));
 * Normaliser.Result result = normaliser.normalise(body, "preview_carrier");
 * List&lt;CarrierPreview&gt; carriers = mapper.readValue(result.text(), ...);
 * </pre>
 *
 * README.md beside this file has the rules. Java 17 or newer, nothing else.
 */
public final class Normaliser {
    static final int DEEPEST = 100;
    static final int LONGEST_CHAIN = 64;
    static final int MOST_COPIED = 1_000_000;

    private final Map<String, Operation> operations = new HashMap<>();
    private final Map<String, Schema> schemas = new HashMap<>();

    /** Something that was changed or lost, at a JSON pointer into the answer once its references are replaced. */
    public record Problem(String at, String code) {}

    /** The answer as JSON text. Problems that begin with "lost-" cost a value. */
    public record Result(String text, List<Problem> problems) {}

    /** The body cannot be used. With the code "lost-row", the result holds what could be read. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        public final String code;
        public final transient Result result;

        Refused(String code, Result result) {
            super("the answer cannot be used: " + code);
            this.code = code;
            this.result = result;
        }
    }

    private record Operation(String answer, String idempotency, String items) {}

    private record Schema(String textAs, Map<String, String> fields) {}

    private record Target(Object node, String source) {}

    /** A number with the digits that it was written with. */
    record Digits(String text) {}

    /** Takes the text of schemas.json. */
    public Normaliser(String table) {
        Map<?, ?> root = (Map<?, ?>) new Reader(table).whole();
        ((Map<?, ?>) root.get("operations")).forEach((name, value) -> {
            Map<?, ?> of = (Map<?, ?>) value;
            operations.put((String) name,
                new Operation((String) of.get("answer"), (String) of.get("idempotency"), (String) of.get("items")));
        });
        ((Map<?, ?>) root.get("schemas")).forEach((name, value) -> {
            Map<String, String> fields = new HashMap<>();
            ((Map<?, ?>) ((Map<?, ?>) value).get("fields")).forEach((key, kind) -> fields.put((String) key, (String) kind));
            schemas.put((String) name, new Schema((String) ((Map<?, ?>) value).get("text_as"), fields));
        });
    }

    /** Takes the bytes of an answer and of what: an operation, a schema, or a list of one, such as "[CarrierData]". */
    public Result normalise(byte[] body, String of) {
        Operation operation = operations.get(of);
        if (operation == null && !schemas.containsKey(inner(of))) {
            throw new IllegalArgumentException("no operation or schema " + of);
        }
        return new Answer(operation != null ? operation : new Operation(of, null, null)).normalise(body);
    }

    private static String inner(String kind) {
        return kind.startsWith("[") ? kind.substring(1, kind.length() - 1) : kind;
    }

    private static Refused refused(String code) {
        return new Refused(code, null);
    }

    private static final Object LOST = new Object();
    private static final Set<String> YES = Set.of("yes", "y", "true", "1");
    private static final Set<String> NO = Set.of("no", "n", "false", "0");
    private static final Pattern GROUPED = Pattern.compile("[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\\.[^,]*)?");
    private static final Pattern WHOLE = Pattern.compile("([+-]?[0-9]{1,40})(?:\\.0*)?");
    private static final Pattern DECIMAL = Pattern.compile("([+-]?)(?=\\.?[0-9])([0-9]*)(\\.[0-9]*)?([eE][+-]?[0-9]+)?");
    private static final Pattern DOT_NAME = Pattern.compile("(?:us)?dot[ #:]*([0-9]+)", Pattern.CASE_INSENSITIVE);

    private final class Answer {
        private final String kind;
        private final String items;
        private final String idempotency;
        private final boolean acts;
        private final List<Problem> problems = new ArrayList<>();
        private final Set<String> nulls = new HashSet<>();
        private final Map<String, Target> ids = new HashMap<>();
        private int copied;

        Answer(Operation operation) {
            kind = operation.answer;
            items = operation.items;
            idempotency = operation.idempotency;
            acts = "idempotent".equals(idempotency) || "once".equals(idempotency);
        }

        Result normalise(byte[] body) {
            Object tree = parse(decode(body));
            index(tree, "");
            Object value = root(resolve(tree, "", "", List.of(), 0));
            StringBuilder out = new StringBuilder();
            write(out, value);
            Result result = new Result(out.toString(), problems);
            if (has("lost-row")) {
                throw new Refused("lost-row", result);
            }
            return result;
        }

        private void note(String at, String code) {
            problems.add(new Problem(at, code));
        }

        private boolean has(String code) {
            return problems.stream().anyMatch(problem -> problem.code.equals(code));
        }

        // Bytes to a tree

        private String decode(byte[] body) {
            String text;
            try {
                text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            } catch (CharacterCodingException malformed) {
                text = new String(body, StandardCharsets.UTF_8);
                note("", "lost-characters");
            }
            int start = 0;
            int end = text.length();
            while (start < end && text.charAt(start) == '\ufeff') {
                start++;
            }
            while (start < end && " \t\r\n".indexOf(text.charAt(start)) >= 0) {
                start++;
            }
            while (start < end && " \t\r\n".indexOf(text.charAt(end - 1)) >= 0) {
                end--;
            }
            return text.substring(start, end);
        }

        private Object parse(String given) {
            if (given.isEmpty()) {
                return null;
            }
            String text = given.equals("True") || given.equals("False") ? given.toLowerCase(Locale.ROOT) : given;
            boolean open = isOpen(text);
            try {
                Reader reader = new Reader(text);
                Object tree = reader.whole();
                if (reader.replaced) {
                    note("", "lost-characters");
                }
                return tree;
            } catch (NumberFormatException notJson) {
                if ("{[\"".indexOf(text.charAt(0)) >= 0) {
                    throw refused(open ? "truncated" : "not-json");
                }
            }
            if (text.charAt(0) != '<' && (kind.equals("any") || textField(kind) != null)) {
                return text;
            }
            throw refused("not-json");
        }

        /** Whether something that opens in the text is not closed at its end. */
        private boolean isOpen(String text) {
            int depth = 0;
            int deepest = 0;
            boolean inText = false;
            for (int at = 0; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    inText = !inText;
                } else if (inText) {
                    at += c == '\\' ? 1 : 0;
                } else if (c == '[' || c == '{') {
                    deepest = Math.max(deepest, ++depth);
                } else if (c == ']' || c == '}') {
                    depth--;
                }
            }
            if (deepest > DEEPEST) {
                throw refused("too-deep");
            }
            return depth > 0 || inText;
        }

        // References

        private void index(Object node, String source) {
            if (node instanceof Map<?, ?> fields) {
                String id = digits(fields.get("$id"));
                if (id != null) {
                    ids.putIfAbsent(id, new Target(node, source));
                }
                fields.forEach((key, value) -> index(value, join(source, key)));
            } else if (node instanceof List<?> list) {
                for (int place = 0; place < list.size(); place++) {
                    index(list.get(place), join(source, place));
                }
            }
        }

        /** `source` is where the node stands in the body, `at` where it stands once references are replaced. */
        private Object resolve(Object node, String source, String at, List<String> followed, int depth) {
            if (!followed.isEmpty() && ++copied > MOST_COPIED) {
                throw refused("too-large");
            }
            if (depth > DEEPEST) {
                throw refused("too-deep");
            }
            if (node instanceof List<?> list) {
                List<Object> resolved = new ArrayList<>();
                for (int i = 0; i < list.size(); i++) {
                    resolved.add(resolve(list.get(i), join(source, i), join(at, i), followed, depth + 1));
                }
                return resolved;
            }
            if (!(node instanceof Map<?, ?> fields)) {
                return node;
            }
            boolean refers = fields.containsKey("$ref");
            if (refers && fields.size() == 1) {
                return follow(fields.get("$ref"), source, at, followed, depth);
            }
            if (fields.containsKey("$values")) {
                if (fields.size() > (fields.containsKey("$id") ? 2 : 1)) {
                    note(at, "lost-fields");
                }
                return resolve(fields.get("$values"), join(source, "$values"), at, followed, depth);
            }
            if (refers) {
                note(at, "lost-fields");
            }
            Map<String, Object> resolved = new LinkedHashMap<>();
            fields.forEach((key, value) -> {
                if (!key.equals("$id") && !key.equals("$ref")) {
                    resolved.put((String) key, resolve(value, join(source, key), join(at, key), followed, depth + 1));
                }
            });
            return resolved;
        }

        private Object follow(Object reference, String source, String at, List<String> followed, int depth) {
            Target target = ids.get(digits(reference));
            List<String> path = new ArrayList<>(followed);
            path.add(source);
            String code;
            if (target == null) {
                code = "lost-reference";
            } else if (path.size() > LONGEST_CHAIN) {
                code = "lost-depth";
            } else if (path.stream().anyMatch(each -> each.equals(target.source) || each.startsWith(target.source + "/"))) {
                code = "cycle";
            } else {
                return resolve(target.node, target.source, at, path, depth);
            }
            note(at, code);
            nulls.add(at);
            return null;
        }

        // The shape of the whole answer

        private Object root(Object given) {
            Object value = given instanceof String text && text.isBlank() ? null : given;
            if (value == null) {
                if (!"once".equals(idempotency) && !(kind.equals("any") && acts)) {
                    throw refused("empty");
                }
                return nothing();
            }
            if (kind.equals("any")) {
                return value;
            }
            if (value.equals(true) && acts) {
                return nothing();
            }
            return kind.startsWith("[") ? rootList(value) : rootObject(value);
        }

        private Object nothing() {
            note("", "empty");
            return kind.equals("any") ? null : new LinkedHashMap<String, Object>();
        }

        private Object rootList(Object value) {
            String element = inner(kind);
            if (value instanceof Map<?, ?> fields && known(fields, element)) {
                note("", "wrapped");
                return List.of(fields(fields, element, "", null));
            }
            if (!(value instanceof List<?> list)) {
                throw refused("other-kind");
            }
            return elements(list, element, "", true);
        }

        private Object rootObject(Object given) {
            Object value = given;
            String at = "";
            if (value instanceof List<?> list) {
                boolean page = list.size() == 1 && list.get(0) instanceof Map<?, ?> fields && fields.containsKey(items);
                if (items != null && !page) {
                    note("", "wrapped");
                    return one(items, elements(list, inner(schemas.get(kind).fields.get(items)), "", true));
                }
                if (list.size() != 1) {
                    throw refused(list.isEmpty() ? "absent" : "several");
                }
                note("", "unwrapped");
                value = list.get(0);
                at = "/0";
            }
            if (value instanceof String && textField(kind) != null) {
                note(at, "text-as-object");
                return one(textField(kind), value);
            }
            boolean judged = idempotency != null && !idempotency.equals("once");
            if (!(value instanceof Map<?, ?> fields) || (judged && !known(fields, kind))) {
                throw refused("other-kind");
            }
            Map<String, Object> shaped = fields(fields, kind, at, items);
            boolean none = "0".equals(digits(shaped.get("totalCount")));
            if (items != null && shaped.get(items) == null && !none && !has("lost-row")) {
                throw refused("no-rows");
            }
            return shaped;
        }

        private Map<String, Object> one(String field, Object value) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put(field, value);
            return fields;
        }

        private String textField(String kind) {
            Schema schema = schemas.get(kind);
            return schema == null ? null : schema.textAs;
        }

        private boolean known(Map<?, ?> value, String kind) {
            return value.keySet().stream().anyMatch(schemas.get(kind).fields::containsKey);
        }

        // The shape of each field

        private Map<String, Object> fields(Map<?, ?> value, String kind, String at, String items) {
            Map<String, String> kinds = schemas.get(kind).fields;
            Map<String, Object> shaped = new LinkedHashMap<>();
            value.forEach((key, each) -> shaped.put((String) key,
                field(each, kinds.getOrDefault(key, "any"), join(at, key), key.equals(items))));
            return shaped;
        }

        private Object field(Object value, String kind, String at, boolean rows) {
            if (value == null || kind.equals("any")) {
                return value;
            }
            Object shaped;
            if (kind.startsWith("[")) {
                shaped = list(value, inner(kind), at, rows);
            } else if (schemas.containsKey(kind)) {
                shaped = object(value, kind, at);
            } else {
                shaped = scalar(value, kind, at);
            }
            if (shaped == LOST) {
                note(at, rows ? "lost-row" : "lost-value");
                return null;
            }
            return shaped;
        }

        private Object list(Object value, String element, String at, boolean rows) {
            if (value instanceof List<?> list) {
                return elements(list, element, at, rows);
            }
            boolean takesText = element.equals("text") || textField(element) != null;
            if (value instanceof String text && (text.isBlank() || (!takesText && absent(text)))) {
                note(at, "no-value");
                return null;
            }
            if (value instanceof Map<?, ?> fields && !element.equals("text") && !known(fields, element)) {
                return LOST;
            }
            Object shaped = element(value, element, at);
            if (shaped == LOST) {
                return LOST;
            }
            note(at, "wrapped");
            return List.of(shaped);
        }

        private Object elements(List<?> list, String element, String at, boolean rows) {
            List<Object> kept = new ArrayList<>();
            int lost = 0;
            for (int place = 0; place < list.size(); place++) {
                Object each = list.get(place);
                String here = join(at, place);
                if (each == null) {
                    if (rows) {
                        lost++;
                        note(here, "lost-row");
                    } else if (!nulls.contains(here)) {
                        note(here, "null-element");
                    }
                    continue;
                }
                boolean foreign = rows && each instanceof Map<?, ?> fields && !known(fields, element);
                Object shaped = foreign ? LOST : element(each, element, here);
                if (shaped == LOST) {
                    lost++;
                    note(here, rows ? "lost-row" : "lost-element");
                } else {
                    kept.add(shaped);
                }
            }
            // A list of which nothing can be read is unknown, and not empty.
            return lost > 0 && kept.isEmpty() ? null : kept;
        }

        private Object element(Object value, String kind, String at) {
            if (kind.equals("text")) {
                return scalar(value, kind, at);
            }
            if (value instanceof Map<?, ?> fields) {
                return fields(fields, kind, at, null);
            }
            if (value instanceof String && textField(kind) != null) {
                note(at, "text-as-object");
                return one(textField(kind), value);
            }
            return LOST;
        }

        private Object object(Object value, String kind, String at) {
            if (value instanceof List<?> list) {
                long there = list.stream().filter(each -> each != null).count();
                if (there == 0) {
                    note(at, "no-value");
                    return null;
                }
                if (there > 1) {
                    return LOST;
                }
                int place = 0;
                while (list.get(place) == null) {
                    place++;
                }
                Object shaped = element(list.get(place), kind, join(at, place));
                if (shaped != LOST) {
                    note(at, "unwrapped");
                }
                return shaped;
            }
            if (value instanceof String text && (text.isBlank() || (textField(kind) == null && absent(text)))) {
                note(at, "no-value");
                return null;
            }
            return element(value, kind, at);
        }

        private Object scalar(Object value, String kind, String at) {
            if (value instanceof Map || value instanceof List) {
                return LOST;
            }
            if (kind.equals("text")) {
                return text(value, at);
            }
            boolean isText = value instanceof String;
            if (value instanceof String text && absent(text)) {
                note(at, "no-value");
                return null;
            }
            if (kind.equals("boolean")) {
                return yesNo(value, at);
            }
            if (value instanceof Boolean) {
                return LOST;
            }
            String shaped;
            if (kind.equals("number")) {
                shaped = decimal(value);
            } else {
                BigInteger exact = whole(value);
                boolean dot = kind.equals("dot-number");
                Matcher named = DOT_NAME.matcher(isText ? ((String) value).strip() : "");
                if (dot && exact == null && named.matches()) {
                    exact = whole(named.group(1));
                }
                if (dot && BigInteger.ZERO.equals(exact)) {
                    note(at, "no-value");
                    return null;
                }
                boolean good = exact != null && exact.bitLength() <= (kind.equals("int64") ? 63 : 31);
                if (dot && good) {
                    good = exact.signum() > 0 && exact.intValue() <= 99_999_999;
                }
                shaped = good ? exact.toString() : null;
            }
            if (shaped == null) {
                return LOST;
            }
            if (isText) {
                note(at, "text-as-number");
            } else if (!shaped.equals(digits(value))) {
                note(at, "whole");
            }
            return new Digits(shaped);
        }

        private Object text(Object value, String at) {
            if (value instanceof String) {
                return value;
            }
            note(at, value instanceof Boolean ? "boolean-as-text" : "number-as-text");
            return value instanceof Boolean ? value.toString() : digits(value);
        }

        private Object yesNo(Object value, String at) {
            if (value instanceof Boolean) {
                return value;
            }
            String word = value instanceof String text ? text.strip().toLowerCase(Locale.ROOT) : String.valueOf(whole(value));
            if (!YES.contains(word) && !NO.contains(word)) {
                return LOST;
            }
            note(at, value instanceof String ? "text-as-boolean" : "number-as-boolean");
            return YES.contains(word);
        }
    }

    private static String digits(Object value) {
        return value instanceof Digits number ? number.text : value instanceof String text ? text : null;
    }

    private static boolean absent(String text) {
        return Set.of("", "na", "n/a").contains(text.strip().toLowerCase(Locale.ROOT));
    }

    /** Digits without their thousands separators. "1,5" is more likely a decimal than fifteen, so it stays. */
    private static String ungrouped(String text) {
        String bare = text.strip();
        return GROUPED.matcher(bare).matches() ? bare.replace(",", "") : bare;
    }

    /** The whole number of a number or text, as a decoder takes it; null if it is not one. */
    private static BigInteger whole(Object value) {
        if (value instanceof Digits number && number.text.matches(".*[.eE].*")) {
            double exact = Double.parseDouble(number.text);
            // As far as every whole number has a float of its own.
            boolean good = Math.abs(exact) <= 1L << 53 && exact == Math.rint(exact);
            return good ? BigDecimal.valueOf(exact).toBigInteger() : null;
        }
        Matcher found = WHOLE.matcher(ungrouped(digits(value)));
        return found.matches() ? new BigInteger(found.group(1)) : null;
    }

    private static String decimal(Object value) {
        Matcher found = DECIMAL.matcher(ungrouped(digits(value)));
        if (!found.matches() || Double.isInfinite(Double.parseDouble(found.group()))) {
            return null;
        }
        if (value instanceof Digits number) {
            return number.text;
        }
        String whole = found.group(2).replaceFirst("^0+", "");
        String fraction = found.group(3) == null || found.group(3).equals(".") ? "" : found.group(3);
        String exponent = found.group(4) == null ? "" : found.group(4);
        return found.group(1).replace("+", "") + (whole.isEmpty() ? "0" : whole) + fraction + exponent;
    }

    private static String join(String pointer, Object part) {
        return pointer + "/" + part.toString().replace("~", "~0").replace("/", "~1");
    }

    /** Writes a tree as JSON text. */
    static void write(StringBuilder out, Object value) {
        if (value instanceof Map<?, ?> fields) {
            String before = "{";
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                out.append(before);
                write(out, field.getKey());
                out.append(':');
                write(out, field.getValue());
                before = ",";
            }
            out.append(fields.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            String before = "[";
            for (Object each : list) {
                out.append(before);
                write(out, each);
                before = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String text) {
            out.append('"');
            for (char c : text.toCharArray()) {
                if (c == '"' || c == '\\') {
                    out.append('\\').append(c);
                } else if (c < ' ') {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
            out.append('"');
        } else {
            out.append(value instanceof Digits number ? number.text : String.valueOf(value));
        }
    }

    /** Reads JSON: Java has no reader of its own. What is not JSON is a NumberFormatException. */
    static final class Reader {
        private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
        private final String text;
        private int at;
        /** Whether half a surrogate pair was replaced. */
        boolean replaced;

        Reader(String text) {
            this.text = text;
        }

        Object whole() {
            Object value = value();
            if (next() != 0) {
                throw notJson();
            }
            return value;
        }

        private NumberFormatException notJson() {
            return new NumberFormatException("not JSON at " + at);
        }

        /** The next character that is not white space, or 0 at the end. */
        private char next() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private boolean take(char wanted) {
            boolean there = next() == wanted && at < text.length();
            at += there ? 1 : 0;
            return there;
        }

        private void expect(char wanted) {
            if (!take(wanted)) {
                throw notJson();
            }
        }

        private Object value() {
            switch (next()) {
                case '{':
                    at++;
                    Map<String, Object> fields = new LinkedHashMap<>();
                    if (take('}')) {
                        return fields;
                    }
                    do {
                        next();
                        String key = string();
                        expect(':');
                        fields.put(key, value());
                    } while (take(','));
                    expect('}');
                    return fields;
                case '[':
                    at++;
                    List<Object> list = new ArrayList<>();
                    if (take(']')) {
                        return list;
                    }
                    do {
                        list.add(value());
                    } while (take(','));
                    expect(']');
                    return list;
                case '"':
                    return string();
                default:
                    return word();
            }
        }

        private Object word() {
            for (String word : List.of("null", "true", "false")) {
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return word.equals("null") ? null : Boolean.valueOf(word);
                }
            }
            Matcher number = NUMBER.matcher(text).region(at, text.length());
            if (!number.lookingAt()) {
                throw notJson();
            }
            at = number.end();
            return new Digits(number.group());
        }

        private String string() {
            if (at >= text.length() || text.charAt(at) != '"') {
                throw notJson();
            }
            StringBuilder out = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return whole(out);
                }
                if (c < ' ') {
                    throw notJson();
                }
                out.append(c == '\\' ? escape() : c);
            }
            throw notJson();
        }

        private char escape() {
            at++;
            int place = at < text.length() ? "\"\\/bfnrt".indexOf(text.charAt(at)) : -1;
            if (place >= 0) {
                return "\"\\/\b\f\n\r\t".charAt(place);
            }
            if (at + 4 >= text.length() || !text.substring(at, at + 5).matches("u[0-9a-fA-F]{4}")) {
                throw notJson();
            }
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
        }

        /** Without halves of surrogate pairs, which no encoding can hold. */
        private String whole(StringBuilder out) {
            for (int i = 0; i < out.length(); i++) {
                if (Character.isHighSurrogate(out.charAt(i)) && i + 1 < out.length() && Character.isLowSurrogate(out.charAt(i + 1))) {
                    i++;
                } else if (Character.isSurrogate(out.charAt(i))) {
                    out.setCharAt(i, '\ufffd');
                    replaced = true;
                }
            }
            return out.toString();
        }
    }
}
