import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the vectors through Normaliser.java: java Run VECTORS TABLE LEAST. */
final class Run {
    private static final String[] PARTS = {"{\"$ref\":\"1\"}", "\"$id\":\"1\",", "\"$values\":", "[", "]", "{", "}", "\"", "\\",
        "\u00ff", "\\ud800", "1e999", "-", "null", ",", ""};

    private static Normaliser normaliser;

    public static void main(String[] given) throws Exception {
        normaliser = new Normaliser(Files.readString(Path.of(given[1])));
        List<Map<?, ?>> vectors = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(given[0]))) {
            files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        for (Path file : files) {
            Object list = ((Map<?, ?>) new Normaliser.Reader(Files.readString(file)).whole()).get("vectors");
            if (list instanceof List<?> each) {
                each.forEach(vector -> vectors.add((Map<?, ?>) vector));
            }
        }
        int failed = 0;
        for (Map<?, ?> vector : vectors) {
            String found = outcome(body(vector), vector);
            if (!found.equals(expected(vector))) {
                failed++;
                System.out.printf("%s:%n expected %s%n found    %s%n", vector.get("name"), expected(vector), found);
            }
        }
        List<Map<?, ?>> quick = vectors.stream().filter(vector -> !"too-large".equals(vector.get("error"))).toList();
        Random dice = new Random(7);
        for (int n = 0; n < 2000; n++) {
            Map<?, ?> vector = quick.get(dice.nextInt(quick.size()));
            byte[] changed = changed(body(vector), dice);
            try {
                outcome(changed, vector);
            } catch (RuntimeException error) {
                failed++;
                System.out.printf("%s, changed: %s: %s%n", vector.get("name"), error, Base64.getEncoder().encodeToString(changed));
            }
        }
        System.out.printf("java: %d vectors, 2000 changed bodies, %d failed%n", vectors.size(), failed);
        System.exit(failed > 0 || vectors.size() < Integer.parseInt(given[2]) ? 1 : 0);
    }

    private static byte[] changed(byte[] body, Random dice) {
        // One character for each byte.
        String text = new String(body, StandardCharsets.ISO_8859_1);
        for (int edits = dice.nextInt(3); edits >= 0; edits--) {
            int start = dice.nextInt(text.length() + 1);
            int end = Math.min(text.length(), start + new int[] {0, 1, 20}[dice.nextInt(3)]);
            int part = dice.nextInt(PARTS.length + 1);
            String put = part < PARTS.length ? PARTS[part] : text.substring(start, end).repeat(2);
            text = text.substring(0, start) + put + text.substring(end);
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] body(Map<?, ?> vector) {
        if (vector.get("base64") instanceof String encoded) {
            return Base64.getDecoder().decode(encoded);
        }
        String text = vector.get("text") instanceof String raw ? raw : written(vector.get("answer"));
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String written(Object value) {
        StringBuilder out = new StringBuilder();
        Normaliser.write(out, value);
        return out.toString();
    }

    /** The error, the output and the problems, a line each. */
    private static String lines(String code, String output, Stream<String> problems) {
        return code + "\n  " + output + "\n  " + problems.sorted().collect(Collectors.joining(", "));
    }

    private static String outcome(byte[] body, Map<?, ?> vector) {
        Normaliser.Result result;
        String code = "";
        try {
            result = normaliser.normalise(body, (String) vector.get("of"));
            new Normaliser.Reader(result.text()).whole();
        } catch (Normaliser.Refused refused) {
            code = refused.code;
            result = refused.result;
        }
        if (result == null) {
            return lines(code, "", Stream.of());
        }
        return lines(code, result.text(), result.problems().stream().map(each -> each.at() + " " + each.code()));
    }

    private static String expected(Map<?, ?> vector) {
        String code = vector.get("error") instanceof String error ? error : "";
        String output = vector.containsKey("output") ? written(vector.get("output")) : "";
        List<?> problems = vector.get("problems") instanceof List<?> list ? list : List.of();
        return lines(code, output, problems.stream().map(each -> ((List<?>) each).get(0) + " " + ((List<?>) each).get(1)));
    }
}
