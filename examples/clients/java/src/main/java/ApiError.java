import java.io.IOException;

/** The API, or a gateway before it, did not answer with what was asked for. */
public final class ApiError extends IOException {
    private static final long serialVersionUID = 1;

    /** Where the answer went wrong. */
    public enum Reason {
        /** An error of the API itself. */
        API,
        /** A page of something before it. */
        PAGE,
        /** No answer at all. */
        CONNECTION,
        /** A 200 that cannot be used. */
        ANSWER,
        /** A 200 that says no. */
        REFUSED
    }

    /** 0 without an answer. */
    public final int status;
    public final Reason reason;
    public final String words;

    public ApiError(int status, Reason reason, String words) {
        super(status + " " + reason + ": " + words);
        this.status = status;
        this.reason = reason;
        this.words = words;
    }

    /** The API's own 404. A gateway's, or one for a wrong address, says nothing about the carrier. */
    public boolean unknownCarrier() {
        return status == 404 && reason == Reason.API && !words.startsWith("No HTTP resource");
    }

    /** The one that a generated client wrapped into its own exception; null if it failed for another reason. */
    public static ApiError in(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof ApiError error) {
                return error;
            }
        }
        return null;
    }
}
