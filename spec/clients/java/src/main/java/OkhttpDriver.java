import carriers.okhttp.ApiClient;
import carriers.okhttp.api.CarriersApi;
import carriers.okhttp.api.DocumentsApi;
import carriers.okhttp.api.MonitoringApi;
import carriers.okhttp.api.TokenApi;
import carriers.okhttp.model.CarrierChange;
import carriers.okhttp.model.CarrierDetails;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;

/** The client on OkHttp. */
final class OkhttpDriver {
    private OkhttpDriver() {}

    public static void main(String[] arguments) throws Exception {
        Driver.run(arguments[0], Map.of(
            "token", (connection, job) -> new TokenApi(client(connection, job))
                .requestToken("password", job.get("user").asText(), "demo", null).getAccessToken() == null ? List.of() : List.of("token"),
            "preview", OkhttpDriver::preview,
            "list", OkhttpDriver::list,
            "bulk", OkhttpDriver::bulk,
            "changes", OkhttpDriver::changes,
            "document", (connection, job) -> List.of(String.valueOf(
                Files.size(new DocumentsApi(client(connection, job)).getDocument(job.get("document").asText()).toPath()))),
            "unknown", (connection, job) -> preview(connection, ((ObjectNode) job.deepCopy()).set("dot", job.get("unknown")))));
    }

    private static ApiClient client(Connection connection, JsonNode job) {
        ApiClient client = new ApiClient(new OkHttpClient.Builder().addInterceptor(new ConnectedInterceptor(connection)).build());
        client.setBasePath(job.get("base").asText());
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
