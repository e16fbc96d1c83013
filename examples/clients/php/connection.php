<?php

declare(strict_types=1);

/*
 * A client of the API: one token, answers in their documented shape, retries, errors, pages, documents.
 *
 *     $api = new Carriers\Connection('https://api.mycarrierpackets.com', $user, $password, $table);
 *     $carriers = $api->call('preview_carrier', ['DOTNumber' => 23868]);
 *
 * `$table` is json_decode(file_get_contents('schemas.json'), true). Each call answers, or throws an ApiError.
 */

namespace Carriers;

use Normalise\Normaliser;
use Normalise\Refused;

/** The API, or a gateway before it, did not answer with what was asked for. */
final class ApiError extends \RuntimeException
{
    /**
     * @param int $status 0 without an answer
     * @param string $reason `api`: an error of the API itself; `page`: a page of something before it; `connection`: no
     *     answer; `answer`: a 200 that cannot be used; `refused`: a 200 that says no
     */
    public function __construct(public readonly int $status, public readonly string $reason, public readonly string $words = '')
    {
        parent::__construct("$status $reason: $words");
    }

    /** The API's own 404. A gateway's, or one for a wrong address, says nothing about the carrier. */
    public function unknownCarrier(): bool
    {
        return $this->status === 404 && $this->reason === 'api' && !str_starts_with($this->words, 'No HTTP resource');
    }
}

/** An answer as it came; the names of its headers are in lower case. */
final class Answer
{
    /** @param array<string, string> $headers */
    public function __construct(public readonly int $status, public readonly array $headers, public readonly string $body)
    {
    }
}

final class Connection
{
    /** How often a call is tried, and the most that is waited in between, in seconds. */
    public int $attempts = 4;
    public float $longestWait = 60.0;
    /** @var callable(string, list<array{string, string}>): void takes what was changed or lost; count the codes with `lost-` */
    public $report;
    /** @var callable(string, string): \Normalise\Result */
    public $normalise;

    private ?string $token = null;
    private ?string $refreshToken = null;
    private float $expires = 0.0;

    /** @param array<string, mixed> $table */
    public function __construct(
        private readonly string $base,
        private readonly string $user,
        private readonly string $password,
        private readonly array $table,
    ) {
        $this->report = static function (): void {
        };
        $this->normalise = (new Normaliser($table))->normalise(...);
    }

    /** Calls an operation; what it answers, objects as arrays. */
    public function call(string $operation, array $query = []): mixed
    {
        return json_decode($this->answer($operation, $query)->body, true);
    }

    /** The bytes of a document. */
    public function document(string $name): string
    {
        return $this->answer(null, ['name' => $name])->body;
    }

    /**
     * Each row of all pages; `$items` is the field that has them, if the answer is not the list itself. The end is where the
     * totals say, not where a page is short; where there are no totals, it is an empty page.
     */
    public function rows(string $operation, array $query = [], ?string $items = null): \Generator
    {
        for ($page = 1;; $page++) {
            $answer = $this->answer($operation, ['pageNumber' => $page] + $query);
            $body = json_decode($answer->body, true);
            $at = json_decode($answer->headers['x-pagination'] ?? '', true);
            $total = $at['totalPages'] ?? ($items === null ? null : $body['totalPages'] ?? null);
            $rows = ($items === null ? $body : $body[$items] ?? null) ?? [];
            if (!is_array($rows) || !array_is_list($rows)) {
                throw new ApiError($answer->status, 'answer', 'no list');
            }
            yield from $rows;
            if ($rows === [] || (is_int($total) && $page >= $total)) {
                return;
            }
        }
    }

    private function answer(?string $operation, array $query): Answer
    {
        $called = $this->table['operations'][$operation] ?? ['path' => '/api/v1/Carrier/GetDocument', 'idempotency' => 'read'];
        $url = $this->base . $called['path'] . '?' . http_build_query($query);
        for ($attempt = 1;; $attempt++) {
            $after = '';
            try {
                $token = $this->token();
                $answer = $this->send($url, "Authorization: bearer $token\r\nContent-Length: 0\r\n");
                $after = $answer->headers['retry-after'] ?? '';
                if ($answer->status === 401) {
                    $this->token = null;
                }
                return $this->good($answer, $operation);
            } catch (ApiError $error) {
                if ($attempt === $this->attempts || !self::repeatable($error, $called['idempotency'])) {
                    throw $error;
                }
            }
            usleep((int) ($this->wait($after, $attempt) * 1_000_000));
        }
    }

    private function send(string $url, string $headers, string $body = ''): Answer
    {
        $options = ['method' => 'POST', 'header' => $headers, 'content' => $body, 'ignore_errors' => true, 'follow_location' => 0,
            'protocol_version' => 1.1, 'timeout' => 60];
        $content = @file_get_contents($url, false, stream_context_create(['http' => $options]));
        // PHP puts the head of the answer here.
        $head = $http_response_header ?? [];
        if ($content === false || $head === []) {
            throw new ApiError(0, 'connection', error_get_last()['message'] ?? '');
        }
        $named = [];
        foreach (array_slice($head, 1) as $line) {
            [$name, $value] = explode(':', $line, 2) + ['', ''];
            $named[strtolower($name)] = trim($value);
        }
        if (isset($named['content-length']) && strlen($content) < (int) $named['content-length']) {
            throw new ApiError(0, 'connection', 'the answer ends too early');
        }
        return new Answer((int) (explode(' ', $head[0])[1] ?? 0), $named, $content);
    }

    /** An operation that acts again each time is repeated only if it cannot have acted. */
    private static function repeatable(ApiError $error, string $idempotency): bool
    {
        if ($idempotency === 'once' && !in_array($error->status, [401, 429], true)) {
            return false;
        }
        return in_array($error->status, [0, 401, 408, 429, 500, 502, 503, 504], true) || in_array($error->reason, ['page', 'answer'], true);
    }

    private function good(Answer $answer, ?string $operation): Answer
    {
        $words = self::message($answer->body);
        if ($answer->status < 200 || $answer->status > 299) {
            throw new ApiError($answer->status, $words === null ? 'page' : 'api', $words ?? '');
        }
        if ($operation === null) {
            return self::isDocument($answer->body) ? $answer : throw new ApiError($answer->status, 'answer', 'not a whole document');
        }
        try {
            $result = ($this->normalise)($answer->body, $operation);
        } catch (Refused $refused) {
            // What cannot be used is often a no: the words are in the body.
            throw new ApiError($answer->status, 'answer', $words ?: $refused->reason);
        }
        ($this->report)($operation, $result->problems);
        $said = json_decode($result->text, true);
        foreach (['Success', 'succeeded', 'Result'] as $yes) {
            if (is_array($said) && ($said[$yes] ?? null) === false) {
                throw new ApiError($answer->status, 'refused', $words ?? '');
            }
        }
        return new Answer($answer->status, $answer->headers, $result->text);
    }

    /** The words of an answer that says what went wrong; null if it is not the API's own. */
    private static function message(string $body): ?string
    {
        $said = json_decode($body, false, 512, JSON_INVALID_UTF8_SUBSTITUTE);
        if (!$said instanceof \stdClass) {
            return null;
        }
        foreach (['Message', 'message', 'error_description', 'error'] as $key) {
            if (is_string($said->$key ?? null) && $said->$key !== '') {
                return $said->$key;
            }
        }
        return '';
    }

    /** The token; taken or renewed if need be. */
    public function token(): string
    {
        if ($this->token === null || microtime(true) >= $this->expires) {
            [$refresh, $this->refreshToken] = [$this->refreshToken, null];
            if ($refresh === null || !$this->renewed($refresh)) {
                $this->grant(['grant_type' => 'password', 'username' => $this->user, 'password' => $this->password]);
            }
        }
        return (string) $this->token;
    }

    private function renewed(string $refresh): bool
    {
        try {
            $this->grant(['grant_type' => 'refresh_token', 'refresh_token' => $refresh]);
            return true;
        } catch (ApiError) {
            // The password is always good.
            return false;
        }
    }

    private function grant(array $form): void
    {
        $answer = $this->send($this->base . '/token', "Content-Type: application/x-www-form-urlencoded\r\n", http_build_query($form));
        $given = json_decode($this->good($answer, 'request_token')->body, true);
        if (!is_string($given['access_token'] ?? null) || $given['access_token'] === '') {
            throw new ApiError(200, 'answer', 'no token in the answer');
        }
        $this->token = $given['access_token'];
        $this->refreshToken = $given['refresh_token'] ?? null;
        $this->expires = microtime(true) + ($given['expires_in'] ?? 3600) - 60;
    }

    private function wait(string $after, int $attempt): float
    {
        $seconds = ctype_digit($after) ? (float) $after : (strtotime($after) ?: microtime(true) + 0.5 * 2 ** ($attempt - 1)) - microtime(true);
        return min(max($seconds, 0.0), $this->longestWait);
    }

    /** Whether it is a whole PDF, PNG or JPEG: half a file and a page of a gateway are not. */
    public static function isDocument(string $body): bool
    {
        return (str_starts_with(ltrim(substr($body, 0, 64)), '%PDF-') && str_contains(substr($body, -1024), '%%EOF'))
            || (str_starts_with($body, "\x89PNG\r\n\x1a\n") && substr($body, -8, 4) === 'IEND')
            || (str_starts_with($body, "\xff\xd8\xff") && str_ends_with($body, "\xff\xd9"));
    }
}
