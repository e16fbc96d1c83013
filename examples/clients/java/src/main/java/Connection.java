import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * What stands between a generated client and the API: one token, answers in their documented shape, retries, errors.
 *
 * <p>{@link ConnectedHttpClient} puts it into a client on java.net.http. Whatever that calls either decodes or fails with an
 * {@link ApiError}.
 */
public final class Connection {
    /** An answer; the names of its headers are in lower case. */
    public record Answer(int status, Map<String, List<String>> headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }
    }

    /** Sends one request, with a token unless that is null. */
    public interface Sender {
        Answer send(String token) throws IOException, InterruptedException;
    }

    private record Operation(String name, String idempotency) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Operation DOCUMENT = new Operation(null, "read");
    private static final Set<Integer> TRANSIENT = Set.of(0, 401, 408, 429, 500, 502, 503, 504);

    /** How often a call is tried, and the most that is waited in between. */
    public int attempts = 4;
    public Duration longestWait = Duration.ofMinutes(1);
    /** Takes what was changed or lost in an answer. Count the codes that begin with "lost-". */
    public BiConsumer<String, List<Normaliser.Problem>> report = (operation, problems) -> {};
    public BiFunction<byte[], String, Normaliser.Result> normalise;

    private final String base;
    private final String user;
    private final String password;
    private final Map<String, Operation> operations = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private String token;
    private String refreshToken;
    private Instant expires = Instant.MIN;

    /** {@code table} is the text of schemas.json. */
    public Connection(String base, String user, String password, String table) throws IOException {
        this.base = base;
        this.user = user;
        this.password = password;
        this.normalise = new Normaliser(table)::normalise;
        JSON.readTree(table).get("operations").fields().forEachRemaining(each -> operations.put(
            each.getValue().get("path").asText(), new Operation(each.getKey(), each.getValue().get("idempotency").asText())));
    }

    /** Sends a request to a path with the token, and gives back an answer that a decoder can rely on. */
    public Answer call(String path, Sender sender) throws IOException, InterruptedException {
        Operation called = operations.getOrDefault(path, DOCUMENT);
        for (int attempt = 1;; attempt++) {
            String after = "";
            try {
                String used = "request_token".equals(called.name) ? null : currentToken();
                Answer answer = sent(sender, used);
                after = answer.header("retry-after");
                if (answer.status == 401 && used != null) {
                    forget(used);
                }
                return good(answer, called.name);
            } catch (ApiError error) {
                if (attempt == attempts || !repeatable(error, called)) {
                    throw error;
                }
            }
            Thread.sleep(wait(after, attempt).toMillis());
        }
    }

    private static Answer sent(Sender sender, String token) throws IOException, InterruptedException {
        try {
            return sender.send(token);
        } catch (IOException error) {
            throw new ApiError(0, ApiError.Reason.CONNECTION, String.valueOf(error.getMessage()));
        }
    }

    /** An operation that acts again each time is repeated only if it cannot have acted. */
    private static boolean repeatable(ApiError error, Operation called) {
        if (called.idempotency.equals("once") && error.status != 401 && error.status != 429) {
            return false;
        }
        return TRANSIENT.contains(error.status) || error.reason == ApiError.Reason.PAGE || error.reason == ApiError.Reason.ANSWER;
    }

    private Answer good(Answer answer, String name) throws ApiError {
        String words = message(answer.body);
        if (answer.status < 200 || answer.status > 299) {
            throw new ApiError(answer.status, words == null ? ApiError.Reason.PAGE : ApiError.Reason.API, words == null ? "" : words);
        }
        if (name == null) {
            if (!Documents.isWhole(answer.body)) {
                throw new ApiError(answer.status, ApiError.Reason.ANSWER, "not a whole document");
            }
            return answer;
        }
        Normaliser.Result result;
        try {
            result = normalise.apply(answer.body, name);
        } catch (Normaliser.Refused refused) {
            // What cannot be used is often a no: the words are in the body.
            throw new ApiError(answer.status, ApiError.Reason.ANSWER, words == null || words.isEmpty() ? refused.code : words);
        }
        report.accept(name, result.problems());
        byte[] body = result.text().getBytes(StandardCharsets.UTF_8);
        JsonNode said = parsed(body);
        for (String yes : List.of("Success", "succeeded", "Result")) {
            if (said != null && said.path(yes).isBoolean() && !said.path(yes).asBoolean()) {
                throw new ApiError(answer.status, ApiError.Reason.REFUSED, words == null ? "" : words);
            }
        }
        Map<String, List<String>> headers = new HashMap<>(answer.headers);
        headers.remove("content-length");
        headers.remove("content-encoding");
        headers.put("content-type", List.of("application/json"));
        return new Answer(answer.status, headers, body);
    }

    private static JsonNode parsed(byte[] body) {
        try {
            // With bytes that are not UTF-8 replaced.
            return JSON.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (IOException notJson) {
            return null;
        }
    }

    /** The words of an answer that says what went wrong; null if it is not the API's own. */
    private static String message(byte[] body) {
        JsonNode said = parsed(body);
        if (said == null || !said.isObject()) {
            return null;
        }
        for (String key : List.of("Message", "message", "error_description", "error")) {
            if (!said.path(key).asText("").isEmpty()) {
                return said.path(key).asText();
            }
        }
        return "";
    }

    /** One caller at a time renews the token, and the others wait for that. */
    private synchronized String currentToken() throws IOException, InterruptedException {
        if (token == null || Instant.now().isAfter(expires)) {
            String refresh = refreshToken;
            refreshToken = null;
            if (refresh == null || !renewed(refresh)) {
                grant(Map.of("grant_type", "password", "username", user, "password", password));
            }
        }
        return token;
    }

    private boolean renewed(String refresh) throws IOException, InterruptedException {
        try {
            grant(Map.of("grant_type", "refresh_token", "refresh_token", refresh));
            return true;
        } catch (ApiError error) {
            // The password is always good.
            return false;
        }
    }

    private synchronized void forget(String refused) {
        if (refused.equals(token)) {
            token = null;
        }
    }

    private void grant(Map<String, String> values) throws IOException, InterruptedException {
        StringBuilder form = new StringBuilder();
        values.forEach((name, value) -> form.append(form.isEmpty() ? "" : "&").append(name).append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/token")).timeout(Duration.ofMinutes(1))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form.toString())).build();
        Answer answer = sent(none -> {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        }, null);
        JsonNode given = parsed(good(answer, "request_token").body);
        if (given == null || given.path("access_token").asText("").isEmpty()) {
            throw new ApiError(200, ApiError.Reason.ANSWER, "no token in the answer");
        }
        token = given.get("access_token").asText();
        refreshToken = given.hasNonNull("refresh_token") ? given.get("refresh_token").asText() : null;
        expires = Instant.now().plusSeconds(given.path("expires_in").asLong(3600) - 60);
    }

    private Duration wait(String after, int attempt) {
        Duration wait = Duration.ofMillis(500L << (attempt - 1));
        try {
            wait = after.matches("[0-9]{1,9}")
                ? Duration.ofSeconds(Long.parseLong(after))
                : Duration.between(Instant.now(), ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeParseException none) {
            // Nothing, or something odd: the wait of its own.
        }
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(longestWait) < 0 ? wait : longestWait;
    }
}
