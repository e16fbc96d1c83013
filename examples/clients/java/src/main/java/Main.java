import carriers.ApiClient;
import carriers.ApiException;
import carriers.api.CarriersApi;
import carriers.api.DocumentsApi;
import carriers.api.MonitoringApi;
import carriers.model.CarrierChange;
import carriers.model.CarrierDetails;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/** Reads the monitored carriers, what changed, and a certificate, with a client that openapi-generator generated. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        String base = System.getenv("MCP_BASE");
        Connection connection =
            new Connection(base, System.getenv("MCP_USER"), System.getenv("MCP_PASSWORD"), Files.readString(Path.of("schemas.json")));
        connection.report = (operation, problems) -> problems.stream().filter(problem -> problem.code().startsWith("lost-"))
            .forEach(problem -> System.err.println(operation + " " + problem.at() + " " + problem.code()));
        HttpClient http = new ConnectedHttpClient(connection);
        ApiClient client = new ApiClient() {
            @Override
            public HttpClient getHttpClient() {
                return http;
            }
        };
        client.updateBaseUri(base);
        MonitoringApi monitoring = new MonitoringApi(client);

        List<CarrierDetails> carriers = Pages.all(page -> {
            var answer = monitoring.monitoredCarrierData(page, 500);
            return new Pages.Page<>(answer.getData(), answer.getTotalPages());
        });
        System.out.println(carriers.size() + " carriers");

        String held = System.getenv("MCP_NOW");
        LocalDateTime now = held == null ? LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) : LocalDateTime.parse(held);
        var form = java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");
        List<CarrierChange> changes = Pages.all(page -> {
            var answer = monitoring.carriersChangesWithHttpInfo(now.minusHours(6).format(form), now.format(form), page, 500);
            var total = answer.getHeaders().getOrDefault("x-pagination", List.of("")).get(0);
            return new Pages.Page<>(answer.getData().getCarrierList(), Pages.total(total));
        });
        // A change without its carrier is what the normaliser is for.
        long known = changes.stream().map(CarrierChange::getCarrierDetails)
            .filter(carrier -> carrier != null && carrier.getDotNumber() != null).count();
        System.out.println(known + " changes");

        String name = carriers.stream().map(CarrierDetails::getCertData)
            .filter(certificates -> certificates != null && certificates.getCertificate() != null)
            .flatMap(certificates -> certificates.getCertificate().stream()).map(each -> each.getBlobName())
            .filter(Objects::nonNull).findFirst().orElse(null);
        if (name != null) {
            System.out.println(Files.size(new DocumentsApi(client).getDocument(name).toPath()) + " bytes");
        }

        try {
            new CarriersApi(client).previewCarrier(99999998, null);
        } catch (ApiException failure) {
            ApiError error = ApiError.in(failure);
            if (error == null || !error.unknownCarrier()) {
                throw failure;
            }
            System.out.println("no such carrier");
        }
    }
}
