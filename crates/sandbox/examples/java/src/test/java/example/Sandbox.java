package example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A sandbox as a child process: {@code @ExtendWith(Sandbox.Fixture.class)} gives each test one that is as new. */
final class Sandbox implements ExtensionContext.Store.CloseableResource {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient client = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
    private final Process process;
    final String api;

    /** Starts it on free ports. */
    Sandbox() throws IOException {
        String program = Optional.ofNullable(System.getenv("SANDBOX_BIN")).orElse("mycarrierpackets-sandbox");
        // Its input closes with this process, and it ends then, however the tests end.
        process = new ProcessBuilder(program, "--port", "0", "--carriers", "50", "--time", "2026-03-18T12:00:00Z", "--exit-on-stdin-close")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        String line = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        try {
            api = JSON.readTree(String.valueOf(line)).required("api").asText();
        } catch (IOException | IllegalArgumentException cause) {
            process.destroy();
            throw new IOException(program + " did not say where it listens, but \"" + line + "\": is SANDBOX_BIN the sandbox?", cause);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the sandbox did not end");
        }
    }

    /** Back to the state at the start: carriers, customers, clock, faults, calls and webhooks. */
    void reset() {
        control("POST", "reset", null);
    }

    /** Moves the clock, which all customers share; its time. Tokens expire in the time skipped, too. */
    String skip(Duration skipped) {
        return control("POST", "clock", Map.of("advanceSeconds", skipped.toSeconds())).get("now").asText();
    }

    /** A call of the control API, which spec/sandbox.yaml documents. */
    JsonNode control(String method, String path, Object body) {
        try {
            String text = body == null ? "" : JSON.writeValueAsString(body);
            Answer answer = send(HttpRequest.newBuilder(URI.create(api + "/__sandbox/" + path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(text)));
            if (answer.status() >= 300) throw new IllegalStateException(method + " " + path + ": " + answer);
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Customer customer(String name) {
        return new Customer(name);
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(Map<String, ?> values) {
        return values.entrySet().stream()
            .map(each -> each.getKey() + "=" + URLEncoder.encode(String.valueOf(each.getValue()), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    }

    record Answer(int status, JsonNode body) {}

    /** Every user name is a customer of its own. */
    final class Customer {
        private final String name;
        private String token;

        private Customer(String name) {
            this.name = name;
            signIn();
        }

        void signIn() {
            String form = encoded(Map.of("grant_type", "password", "username", name, "password", "demo"));
            Answer answer = send(HttpRequest.newBuilder(URI.create(api + "/token")).POST(BodyPublishers.ofString(form)));
            if (answer.status() != 200) throw new IllegalStateException(name + " was not signed in: " + answer);
            token = answer.body().get("access_token").asText();
        }

        Answer call(String operation, Map<String, ?> query) {
            return send(HttpRequest.newBuilder(URI.create(api + "/api/v1/Carrier/" + operation + "?" + encoded(query)))
                .header("Authorization", "bearer " + token)
                .POST(BodyPublishers.ofString("")));
        }

        /** Has calls of this customer's fail, by a rule such as kind=status, code=503, first=1. */
        void fail(Map<String, ?> rule) {
            Map<String, Object> own = new java.util.HashMap<>(rule);
            own.put("customer", name);
            control("POST", "faults", own);
        }

        /** What the sandbox saw of this customer: the status of each call. */
        List<Integer> statuses(String operation) {
            JsonNode seen = control("GET", "requests?" + encoded(Map.of("operation", operation, "customer", name)), null);
            return seen.get("requests").findValuesAsText("status").stream().map(Integer::valueOf).toList();
        }
    }

    /** Starts one sandbox for all test classes, resets it before each test, and stops it after the last. */
    static final class Fixture implements BeforeEachCallback, ParameterResolver {
        private static Sandbox running(ExtensionContext context) {
            return context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL).getOrComputeIfAbsent("sandbox", key -> {
                try {
                    return new Sandbox();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }, Sandbox.class);
        }

        @Override
        public void beforeEach(ExtensionContext context) {
            running(context).reset();
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Sandbox.class;
        }

        @Override
        public Sandbox resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return running(context);
        }
    }
}
