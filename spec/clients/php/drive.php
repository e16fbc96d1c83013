<?php

declare(strict_types=1);

// A client without a generator: each answer as an array. Takes the steps of a job, and prints a line of JSON for each.

require 'normalise.php';
require 'connection.php';

use Carriers\ApiError;
use Carriers\Connection;

$job = json_decode(file_get_contents($argv[1]), true);
$table = json_decode(file_get_contents('schemas.json'), true);

function known(mixed ...$parts): string
{
    $text = static fn (mixed $part): string => is_bool($part) || is_array($part) ? json_encode($part) : (string) $part;
    return implode('|', array_map($text, $parts));
}

/** What the rows of a step are known by. */
function taken(string $step, Connection $api, array $job): array
{
    $page = ['pageSize' => $job['pageSize']];
    $window = ['fromDate' => $job['from'], 'toDate' => $job['to']] + $page;
    $bulk = static fn (array $row): string => known($row['dotNumber']['Value'] ?? null, $row['IncidentReports']['TotalIncidentReports'] ?? null);
    $change = static fn (array $row): string => known($row['ChangeDateTime'] ?? null, $row['CarrierDetails']['dotNumber']['Value'] ?? null);
    $preview = static fn (array $row): string => known($row['DotNumber'] ?? null, $row['CompanyName'] ?? null);
    $all = static fn (callable $name, iterable $rows): array => array_map($name, [...$rows]);
    return match ($step) {
        'token' => $api->token() === '' ? [] : ['token'],
        'preview' => $all($preview, $api->call('preview_carrier', ['DOTNumber' => $job['dot']])),
        'list' => $all(static fn (array $row): string => known($row['DOTNumber'] ?? null), $api->rows('monitored_carriers', $page)),
        'bulk' => $all($bulk, $api->rows('monitored_carrier_data', $page, 'data')),
        'changes' => $all($change, $api->rows('carriers_changes', $window, 'CarrierList')),
        'document' => [(string) strlen($api->document($job['document']))],
        'unknown' => $all($preview, $api->call('preview_carrier', ['DOTNumber' => $job['unknown']])),
    };
}

foreach ($job['scenarios'] as $scenario) {
    $api = new Connection($job['base'], $scenario['user'], 'demo', $table);
    [$api->attempts, $api->longestWait] = [$job['attempts'], $job['longestWait']];
    if (!$job['normalise']) {
        $api->normalise = static fn (string $body): Normalise\Result => new Normalise\Result($body, []);
    }
    foreach ($scenario['steps'] as $step) {
        $problems = [];
        $api->report = static function (string $operation, array $found) use (&$problems): void {
            foreach ($found as [, $code]) {
                $problems[$code] = ($problems[$code] ?? 0) + 1;
            }
        };
        try {
            $came = ['outcome' => 'rows', 'rows' => taken($step, $api, $job)];
        } catch (ApiError $error) {
            $came = ['outcome' => 'error', 'status' => $error->status, 'reason' => $error->reason, 'unknown' => $error->unknownCarrier()];
        } catch (Throwable $error) {
            $came = ['outcome' => 'broken', 'error' => $error->getMessage()];
        }
        $flags = JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_UNICODE;
        echo json_encode(['scenario' => $scenario['user'], 'step' => $step, 'problems' => (object) $problems, ...$came], $flags), "\n";
    }
}
