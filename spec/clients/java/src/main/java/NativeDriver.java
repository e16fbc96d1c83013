import carriers.jdk.ApiClient;
import carriers.jdk.api.CarriersApi;
import carriers.jdk.api.DocumentsApi;
import carriers.jdk.api.MonitoringApi;
import carriers.jdk.api.TokenApi;
import carriers.jdk.model.CarrierChange;
import carriers.jdk.model.CarrierDetails;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** The client on java.net.http. */
final class NativeDriver {
    private NativeDriver() {}

    public static void main(String[] arguments) throws Exception {
        Driver.run(arguments[0], Map.of(
            "token", (connection, job) -> new TokenApi(client(connection, job))
                .requestToken("password", job.get("user").asText(), "demo", null).getAccessToken() == null ? List.of() : List.of("token"),
            "preview", NativeDriver::preview,
            "list", NativeDriver::list,
            "bulk", NativeDriver::bulk,
            "changes", NativeDriver::changes,
            "document", (connection, job) -> List.of(String.valueOf(
                Files.size(new DocumentsApi(client(connection, job)).getDocument(job.get("document").asText()).toPath()))),
            "unknown", (connection, job) -> preview(connection, ((ObjectNode) job.deepCopy()).set("dot", job.get("unknown")))));
    }

    private static ApiClient client(Connection connection, JsonNode job) {
        HttpClient http = new ConnectedHttpClient(connection);
        ApiClient client = new ApiClient() {
            @Override
            public HttpClient getHttpClient() {
                return http;
            }
        };
        client.updateBaseUri(job.get("base").asText());
        return client;
    }

    private static List<String> preview(Connection connection, JsonNode job) throws Exception {
        return new CarriersApi(client(connection, job)).previewCarrier(job.get("dot").asInt(), null).stream()
            .map(row -> Driver.known(row.getDotNumber(), row.getCompanyName())).toList();
    }

    private static List<String> list(Connection connection, JsonNode job) throws Exception {
        MonitoringApi api = new MonitoringApi(client(connection, job));
        return Pages.all(page -> {
            var answer = api.monitoredCarriersWithHttpInfo(page, job.get("pageSize").asInt());
            var total = answer.getHeaders().getOrDefault("x-pagination", List.of("")).get(0);
            return new Pages.Page<>(answer.getData(), Pages.total(total));
        }).stream().map(row -> Driver.known(row.getDoTNumber())).toList();
    }

    private static List<String> bulk(Connection connection, JsonNode job) throws Exception {
        MonitoringApi api = new MonitoringApi(client(connection, job));
        return Pages.all(page -> {
            var answer = api.monitoredCarrierData(page, job.get("pageSize").asInt());
            return new Pages.Page<>(answer.getData(), answer.getTotalPages());
        }).stream().map(row -> Driver.known(dot(row),
            row.getIncidentReports() == null ? null : row.getIncidentReports().getTotalIncidentReports())).toList();
    }

    private static List<String> changes(Connection connection, JsonNode job) throws Exception {
        MonitoringApi api = new MonitoringApi(client(connection, job));
        return Pages.<CarrierChange, Exception>all(page -> {
            var answer = api.carriersChangesWithHttpInfo(
                job.get("from").asText(), job.get("to").asText(), page, job.get("pageSize").asInt());
            var total = answer.getHeaders().getOrDefault("x-pagination", List.of("")).get(0);
            return new Pages.Page<>(answer.getData().getCarrierList(), Pages.total(total));
        }).stream().map(row -> Driver.known(row.getChangeDateTime(), dot(row.getCarrierDetails()))).toList();
    }

    private static String dot(CarrierDetails carrier) {
        return carrier == null || carrier.getDotNumber() == null ? null : carrier.getDotNumber().getValue();
    }
}
