import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** Has the calls of OkHttp go through a {@link Connection}. */
final class ConnectedInterceptor implements Interceptor {
    private final Connection connection;

    ConnectedInterceptor(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response[] last = new Response[1];
        Connection.Answer answer;
        try {
            answer = connection.call(chain.request().url().encodedPath(), token -> {
                Request.Builder request = chain.request().newBuilder();
                if (token != null) {
                    request.header("Authorization", "bearer " + token);
                }
                try (Response response = chain.proceed(request.build())) {
                    last[0] = response;
                    Map<String, List<String>> headers = new HashMap<>();
                    for (String name : response.headers().names()) {
                        headers.put(name.toLowerCase(Locale.ROOT), response.headers(name));
                    }
                    return new Connection.Answer(response.code(), headers, response.body().bytes());
                }
            });
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IOException(error);
        }
        Headers.Builder headers = new Headers.Builder();
        answer.headers().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        String type = answer.header("content-type");
        ResponseBody body = ResponseBody.create(answer.body(), type.isEmpty() ? null : MediaType.parse(type));
        return last[0].newBuilder().headers(headers.build()).body(body).build();
    }
}
