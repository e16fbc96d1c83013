import java.nio.charset.StandardCharsets;

/** What makes a document. */
final class Documents {
    private Documents() {}

    /** Whether it is a whole PDF, PNG or JPEG: half a file and a page of a gateway are not. */
    static boolean isWhole(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String end = text.substring(Math.max(0, text.length() - 1024));
        return text.stripLeading().startsWith("%PDF-") && end.contains("%%EOF")
            || text.startsWith("\u0089PNG\r\n") && end.endsWith("IEND\u00aeB`\u0082")
            || text.startsWith("\u00ff\u00d8\u00ff") && end.endsWith("\u00ff\u00d9");
    }
}
