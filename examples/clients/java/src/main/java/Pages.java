import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** Lists that come in pages. */
public final class Pages {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Pages() {}

    /** A page: its rows, and how many pages there are; null if that is not known. */
    public record Page<T>(List<T> rows, Integer total) {}

    /** Reads a page, counted from 1. */
    public interface Reader<T, E extends Exception> {
        Page<T> read(int page) throws E;
    }

    /**
     * Each row of all pages. The end is where the totals say, not where a page is short; where there are no totals, it is an
     * empty page.
     */
    public static <T, E extends Exception> List<T> all(Reader<T, E> reader) throws E {
        List<T> rows = new ArrayList<>();
        for (int number = 1;; number++) {
            Page<T> page = reader.read(number);
            List<T> more = page.rows() == null ? List.of() : page.rows();
            rows.addAll(more);
            if (more.isEmpty() || page.total() != null && number >= page.total()) {
                return rows;
            }
        }
    }

    /** The number of pages in an X-Pagination header; null if it is missing or malformed. */
    public static Integer total(String header) {
        try {
            JsonNode total = JSON.readTree(header == null ? "" : header).path("totalPages");
            return total.isInt() ? total.asInt() : null;
        } catch (JsonProcessingException malformed) {
            return null;
        }
    }
}
