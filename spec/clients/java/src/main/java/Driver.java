import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Takes the steps of a job through a generated client, and prints a line of JSON for each. */
final class Driver {
    /** Answers what the rows are known by. */
    interface Step {
        List<String> take(Connection connection, JsonNode job) throws Exception;
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private Driver() {}

    static void run(String file, Map<String, Step> steps) throws Exception {
        ObjectNode job = (ObjectNode) JSON.readTree(Path.of(file).toFile());
        String table = Files.readString(Path.of("schemas.json"));
        for (JsonNode scenario : job.get("scenarios")) {
            String user = scenario.get("user").asText();
            job.put("user", user);
            Map<String, Integer> problems = new TreeMap<>();
            Connection connection = new Connection(job.get("base").asText(), user, "demo", table);
            connection.attempts = job.get("attempts").asInt();
            connection.longestWait = Duration.ofMillis((long) (job.get("longestWait").asDouble() * 1000));
            connection.report = (operation, found) -> found.forEach(problem -> problems.merge(problem.code(), 1, Integer::sum));
            if (!job.get("normalise").asBoolean()) {
                connection.normalise = (body, of) -> new Normaliser.Result(new String(body, StandardCharsets.UTF_8), List.of());
            }
            for (JsonNode step : scenario.get("steps")) {
                problems.clear();
                ObjectNode line = JSON.createObjectNode().put("scenario", user).put("step", step.asText());
                try {
                    line.put("outcome", "rows").set("rows", JSON.valueToTree(steps.get(step.asText()).take(connection, job)));
                } catch (Exception failure) {
                    ApiError error = ApiError.in(failure);
                    if (error == null) {
                        line.put("outcome", "broken").put("error", String.valueOf(failure));
                    } else {
                        line.put("outcome", "error").put("reason", error.reason.name().toLowerCase());
                        line.put("status", error.status).put("unknown", error.unknownCarrier());
                    }
                }
                line.set("problems", JSON.valueToTree(problems));
                System.out.println(line);
            }
        }
        // Idle connections would keep the program for a while.
        System.exit(0);
    }

    /** What a row is known by; a part that is not there is empty. */
    static String known(Object... parts) {
        StringBuilder name = new StringBuilder();
        for (int n = 0; n < parts.length; n++) {
            name.append(n == 0 ? "" : "|").append(parts[n] == null ? "" : parts[n]);
        }
        return name.toString();
    }
}
