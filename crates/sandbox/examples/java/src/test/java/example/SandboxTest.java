package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a team tests its own client with. */
@ExtendWith(Sandbox.Fixture.class)
class SandboxTest {
    private static final Map<String, Integer> SAMPLE = Map.of("DOTNumber", 23868);

    @Test
    void aCarrierIsPreviewed(Sandbox sandbox) {
        Sandbox.Answer answer = sandbox.customer("previewer").call("PreviewCarrier", SAMPLE);
        assertEquals(200, answer.status());
        assertEquals("Sample Trucking LLC", answer.body().get(0).get("CompanyName").asText());
    }

    @Test
    void aFailureIsAnsweredOnce(Sandbox sandbox) {
        Sandbox.Customer customer = sandbox.customer("unlucky");
        customer.fail(Map.of("kind", "status", "code", 503, "operation", "PreviewCarrier", "first", 1));
        List<Integer> statuses = new ArrayList<>();
        for (int call = 0; call < 2; call++) statuses.add(customer.call("PreviewCarrier", SAMPLE).status());
        assertEquals(List.of(503, 200), statuses);
        assertEquals(statuses, customer.statuses("PreviewCarrier"));
    }

    @Test
    void invitedCarriersCompleteTheirPackets(Sandbox sandbox) {
        Sandbox.Customer customer = sandbox.customer("inviter");
        List<Integer> invited = new ArrayList<>();
        for (JsonNode carrier : sandbox.control("GET", "carriers?customer=inviter", null).get("carriers")) {
            // One in eight never does, so several are asked.
            if (carrier.get("packet").asBoolean() || invited.size() == 8) continue;
            int dot = carrier.get("dot").asInt();
            Map<String, ?> query = Map.of("dotNumber", dot, "carrierEmail", "owner-" + dot + "@carrier.example");
            assertEquals(200, customer.call("EmailPacketInvitation", query).status());
            invited.add(dot);
        }
        String now = sandbox.skip(Duration.ofDays(3));
        customer.signIn();
        Map<String, String> window = Map.of("fromDate", "2026-03-18T12:00:00", "toDate", now.substring(0, 19));
        Sandbox.Answer completed = customer.call("CompletedPackets", window);
        assertEquals(200, completed.status());
        boolean found = false;
        for (JsonNode row : completed.body()) found |= invited.contains(row.get("DOTNumber").asInt());
        assertTrue(found, () -> "none of " + invited + " is in " + completed.body());
    }

    @Test
    void aResetUndoesWhatWasDone(Sandbox sandbox) {
        Sandbox.Customer customer = sandbox.customer("undone");
        customer.fail(Map.of("kind", "status", "code", 503));
        sandbox.skip(Duration.ofDays(1));
        sandbox.reset();
        customer.signIn();
        assertEquals(200, customer.call("PreviewCarrier", SAMPLE).status());
        assertTrue(sandbox.control("GET", "clock", null).get("now").asText().startsWith("2026-03-18T12:00:00"));
    }
}
